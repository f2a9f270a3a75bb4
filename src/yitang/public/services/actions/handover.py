"""Handing the e-certificates over to the data wing, as any department hands over its data."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from yitang.data.catalogue.api import publish_dataset, register_dataset
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
from yitang.data.collection.api import hand_over
from yitang.data.collection.rules import Receipt
from yitang.ground.organisations.api import Organisation, User
from yitang.public.services.queries import certificates_issued_since

CODE = "e-certificates"
COLUMNS = (
    ItemSpec("identifier", "证照标识", is_key=True, required=True, unique=True, length=120),
    ItemSpec("type_code", "证照类型代码", required=True, length=21),
    ItemSpec("name", "证照名称", required=True, length=200),
    ItemSpec("holder", "持证主体", sensitive=True, length=100),
    ItemSpec("holder_code", "持证主体代码", sensitive=True, length=50),
    ItemSpec("issuer", "颁发机构", required=True, length=200),
    ItemSpec("issuer_code", "颁发机构代码", required=True, rule="credit_code"),
    ItemSpec("issued_on", "颁发日期", type="D", required=True),
    ItemSpec("valid_until", "有效期止", type="D"),
    ItemSpec("item", "关联事项名称", length=300),
    ItemSpec("status", "证照状态", required=True, length=2),
)  # FACTS §4.8: directory fields of GB/T 36902


def certificate_dataset(owner: Organisation) -> DatasetSpec:
    """The catalogue entry under which ``owner`` lists the certificates."""
    return DatasetSpec(
        code=CODE,
        name="电子证照目录",
        organisation=owner.credit_code,
        abstract="本省各部门在本平台颁发的电子证照及其状态",
        classification="1",
        sharing_class=2,
        sharing_condition="供各级政府部门办理政务服务事项时核验",
        update_cycle="daily",
        items=COLUMNS,
    )


def hand_over_certificates(*, owner: Organisation, actor: User, at: datetime) -> Receipt:
    """Deliver every certificate issued so far under the catalogue entry ``e-certificates``.

    Each delivery replaces the last, so a revoked certificate is seen as revoked. Raises
    ``NothingDelivered`` before the first certificate, ``NotAllowed``.
    """
    entry = register_dataset(
        spec=certificate_dataset(owner), organisation=owner, actor=actor, at=at
    )
    publish_dataset(code=entry.code, actor=actor, at=at)
    return hand_over(dataset=entry, table=_table(), actor=actor, at=at)


def _table() -> pa.Table:
    rows = []
    for certificate in certificates_issued_since():
        content = certificate.parsed()
        rows.append(
            {
                "identifier": content.identifier,
                "type_code": certificate.type_code,
                "name": content.name,
                "holder": content.holder,
                "holder_code": content.holder_code,
                "issuer": content.issuer,
                "issuer_code": content.issuer_code,
                "issued_on": content.issued_on,
                "valid_until": content.valid_until,
                "item": content.item,
                "status": certificate.status,
            }
        )
    names = [column.name for column in COLUMNS]
    kinds = [pa.date32() if column.type == "D" else pa.string() for column in COLUMNS]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(names, kinds, strict=True))))

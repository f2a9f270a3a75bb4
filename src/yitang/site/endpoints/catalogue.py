"""The catalogue as JSON: what the caller may see."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yitang.data.catalogue import api as catalogue

router = Router(tags=["catalogue"], auth=None)


class DatasetOut(Schema):
    public_id: UUID
    code: str
    name: str
    organisation: str
    organisation_code: str
    abstract: str
    classification: str
    resource_code: str
    sharing_class: int
    sharing_condition: str
    legal_basis: str
    is_open: bool
    update_cycle: str
    grade: int
    format: str
    state: str
    published_at: datetime | None
    rows: int
    gathered_at: datetime | None


class ItemOut(Schema):
    name: str
    label: str
    type: str
    length: int | None
    is_sensitive: bool
    is_required: bool
    rule: str
    codes: list[str]


class WholeDatasetOut(DatasetOut):
    items: list[ItemOut]


class DatasetsOut(Schema):
    datasets: list[DatasetOut]
    next_cursor: str | None


@router.get("/datasets", response=DatasetsOut, summary="Search datasets")
def datasets(
    request: HttpRequest, text: str = "", sharing_class: int | None = None, cursor: str = ""
) -> DatasetsOut:
    """In Chinese, pinyin or initials. The public sees open datasets, officers all published."""
    page = catalogue.search_datasets(
        request.user, text[:100], sharing_class=sharing_class, cursor=cursor
    )
    return DatasetsOut(datasets=[_out(row) for row in page.rows], next_cursor=page.next_cursor)


@router.get("/datasets/{slug:code}", response=WholeDatasetOut, summary="One dataset")
def dataset(request: HttpRequest, code: str) -> WholeDatasetOut:
    entry = catalogue.dataset_for(request.user, code)
    items = [
        ItemOut(
            name=item.name,
            label=item.label,
            type=item.type,
            length=item.length,
            is_sensitive=item.is_sensitive,
            is_required=item.is_required,
            rule=item.rule,
            codes=list(item.codes),
        )
        for item in catalogue.items_of(entry)
    ]
    return WholeDatasetOut(**_out(entry).dict(), items=items)


def _out(entry: catalogue.Dataset) -> DatasetOut:
    return DatasetOut(
        public_id=entry.public_id,
        code=entry.code,
        name=entry.name,
        organisation=entry.organisation.name,
        organisation_code=entry.organisation.credit_code,
        abstract=entry.abstract,
        classification=entry.classification,
        resource_code=entry.resource_code,
        sharing_class=entry.sharing_class,
        sharing_condition=entry.sharing_condition,
        legal_basis=entry.legal_basis,
        is_open=entry.is_open,
        update_cycle=entry.update_cycle,
        grade=entry.grade,
        format=entry.format,
        state=entry.state,
        published_at=entry.published_at,
        rows=entry.row_count,
        gathered_at=entry.gathered_at,
    )

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
    opening_condition: str
    update_cycle: str
    data_class: str
    grade: int
    format: str
    format_type: str
    sharing_mode: str
    mode_type: str
    related_codes: list[str]
    state: str
    version: int
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
    sharing_class: int
    is_open: bool
    update_cycle: str
    data_class: str
    grade: int
    is_secret: bool
    source_system: str
    code_list: str


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
            sharing_class=item.sharing_class or entry.sharing_class,
            is_open=entry.is_open if item.is_open is None else item.is_open,
            update_cycle=item.update_cycle or entry.update_cycle,
            data_class=item.data_class or entry.data_class,
            grade=item.grade or entry.grade,
            is_secret=item.is_secret,
            source_system=item.source_system,
            code_list=item.code_list,
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
        opening_condition=entry.opening_condition,
        update_cycle=entry.update_cycle,
        data_class=entry.data_class,
        grade=entry.grade,
        format=entry.format,
        format_type=entry.format_type,
        sharing_mode=entry.sharing_mode,
        mode_type=entry.mode_type,
        related_codes=list(entry.related_codes),
        state=entry.state,
        version=entry.version,
        published_at=entry.published_at,
        rows=entry.row_count,
        gathered_at=entry.gathered_at,
    )

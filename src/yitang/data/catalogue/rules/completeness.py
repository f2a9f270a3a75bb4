"""Everything an entry still lacks before it may be proposed, said at once.

政务数据共享条例 (State Council Decree 809), Arts 13-15 and 17; the sixteen fields of
政务信息资源目录编制指南（试行）, 2017.
"""

from __future__ import annotations

from collections.abc import Iterator

from yitang.ground.base.text import Message

from .codes import class_part, is_resource_code
from .entries import DatasetSpec
from .lists import MODE_TYPES

ABSTRACT_LENGTH = 1000


def missing_parts(
    spec: DatasetSpec, *, secrecy_risk: str = "", privacy_impact: str = ""
) -> list[Message]:
    """What ``spec`` and its assessments lack, each as a noun phrase; empty when complete."""
    return [*_of_entry(spec), *_of_items(spec), *_of_assessment(secrecy_risk, privacy_impact)]


def missing_in_entry(spec: DatasetSpec) -> list[Message]:
    """The same without the assessments, for what is published already."""
    return [*_of_entry(spec), *_of_items(spec)]


def _part(name: str, template: str, **params: object) -> Message:
    return Message(f"catalogue.missing.{name}", template, params)


def _of_entry(spec: DatasetSpec) -> Iterator[Message]:
    if not spec.abstract.strip():
        yield _part("abstract", "the abstract")
    elif len(spec.abstract) > ABSTRACT_LENGTH:
        yield _part("abstract_length", "an abstract of at most 1000 characters")
    if spec.resource_code and not is_resource_code(spec.resource_code):
        yield _part("resource_code", "a resource code of the form class/number")
    elif spec.resource_code and class_part(spec.resource_code) != spec.classification:
        yield _part("resource_class", "a resource code whose class is that of the entry")
    if len(spec.classification) < 3:
        yield _part("classification", "a classification down to its second level")
    if not spec.format_type.strip():
        yield _part("format_type", "the type within the data format")
    if MODE_TYPES.get(spec.sharing_mode) and not spec.mode_type:
        yield _part("mode_type", "the type within the sharing mode")
    if spec.open and not spec.opening_condition.strip():
        yield _part("opening_condition", "the condition of opening")


def _of_items(spec: DatasetSpec) -> Iterator[Message]:
    if not spec.items:
        yield _part("items", "the data items")
    for item in spec.items:
        if item.type in {"C", "N", "Y"} and not item.length:
            yield _part("length", "the length of the item {item}", item=item.label)
        if item.sharing_class == 2 and not (item.sharing_condition or spec.sharing_condition):
            yield _part("item_condition", "the condition of the item {item}", item=item.label)


def _of_assessment(secrecy_risk: str, privacy_impact: str) -> Iterator[Message]:
    if not secrecy_risk.strip():
        yield _part("secrecy_risk", "the assessment of the secrecy risk")
    if not privacy_impact.strip():
        yield _part("privacy_impact", "the assessment of the impact on personal information")

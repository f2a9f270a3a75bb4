"""A service item and its materials as its implementation list states them (FACTS §4.3).

An element that was not delivered is empty (``""``, ``()`` or ``None``): nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from yitang.ground.base.clock import Term

INSTANT = "1"
OPTIONAL = "2"
ONLINE_CHANNELS = frozenset({"2", "3"})
COURIER = "4"
PAPER_ONLY = "1"


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One material (申请材料) an item asks for."""

    name: str
    name_en: str = ""
    kind: str = ""  # original or copy
    form: str = ""  # paper or electronic
    necessity: str = "1"
    source: str = ""
    issuer: str = ""  # the body it comes from
    obtained: str = "held"  # how the applicant gets it where it is not shared
    dataset: str = ""  # the dataset that can stand in for it
    promise: bool = False  # a written commitment stands in for it (告知承诺)

    @property
    def is_asked_for(self) -> bool:
        """Whether an applicant must show it when nothing is shared."""
        return self.necessity != OPTIONAL and not self.promise

    @property
    def is_online_form(self) -> bool:
        """An application form that is filled in on the site: nothing to bring."""
        return self.source == "10" and self.form == "2" and not self.dataset


@dataclass(frozen=True, slots=True)
class Fee:
    """What the item costs, and on what ground."""

    name: str = ""
    standard: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One service item (政务服务事项), as delivered."""

    code: str
    name: str
    name_en: str = ""
    basic_code: str = ""
    department: str = ""  # the implementing body's name as delivered
    organisation_code: str = ""  # its credit code
    type: str = ""
    level: str = ""
    target: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()  # "natural", "legal"
    case_type: str = ""
    statutory_limit: Term | None = None
    promised_limit: Term | None = None
    channels: tuple[str, ...] = ()
    online_depth: str = ""
    visits: int | None = None  # 到办事现场次数, as the department declares it
    presence: str = "none"
    presence_reason: str = ""
    special_procedures: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    result_name: str = ""
    result_kind: str = ""
    result_sample: bool | None = None
    charges: bool | None = None
    fee: Fee | None = None
    online_payment: bool | None = None
    consult_phone: str = ""
    complaint_phone: str = ""
    conditions: str = ""
    legal_basis: str = ""
    steps: tuple[str, ...] = ()
    volume: int = 0  # cases a year
    state: str = "1"
    form: str = ""  # the online form that serves it
    materials: tuple[MaterialFacts, ...] = ()

    @property
    def is_instant(self) -> bool:
        return self.case_type == INSTANT

    @property
    def states_trips(self) -> bool:
        """Whether the list says enough to count journeys: a channel or a material."""
        return bool(self.channels or self.materials)

    @property
    def is_online(self) -> bool:
        """Without a stated channel the item is taken for a window's."""
        return not ONLINE_CHANNELS.isdisjoint(self.channels)

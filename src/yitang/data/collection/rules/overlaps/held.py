"""What is known of a dataset, and what each of its items is for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yitang.data.collection.rules.columns import folded
from yitang.data.collection.rules.sketches import TableSketch

# Kinds of facts that say whom a record is about, and what they weigh. The last four are facts of
# their own where two registers know the same population, and no more than a description in a list
# of some of them.
WEIGHTS = {
    "identifier": 0.0, "name": 0.0, "division": 0.1, "phone": 0.25, "given": 0.25,
    "contact": 0.5, "place": 1.0, "person": 1.0, "trait": 1.0,
}  # fmt: skip
_PLACE = re.compile(r"地址|住址|住所|所在地|经营场所|居地|户籍地|家庭住|address|domicile")
_RESPONSIBLE = re.compile(r"法定代表|负责人|经营者|法人(代表|姓名)?$|代表人|principal|legalperson")
_CONTACT = re.compile(r"监护人|家长|联系人|联络人|经办人|guardian|contact")
_TRAIT = re.compile(r"民族|文化程度|学历|婚姻|政治面貌|籍贯|nation|ethnic|education|marital")
_DOCUMENT = re.compile(
    r"(证|许可|登记|备案|档案|注册|发票|文)书?(明)?(编)?号(码)?$|(licence|certificate|permit)(no|number)?$"
)
_PHONE = re.compile(r"电话|手机|联系方式|phone|mobile|tel$")
_DIVISION = re.compile(r"区划|参保地$|属地|division|regioncode")
_GIVEN = re.compile(r"^(性别|出生日期|出生年月日?|sex|gender|birth(day|date)|dateofbirth)$")
_PERSON = re.compile(
    r"^(姓名|name|fullname|(权利|产权|持证|申请|参保|当事|所有)人(姓名)?|(车|业|户)主(姓名)?"
    r"|(居民|本人|学生|职工)姓名)$"
)
_NAMES = ("姓名", "name")
_IDENTITY = re.compile(
    r"(公民)?(居民)?(身份|有效)?(证件?)?(号码?)?$|(identity|id)?(card)?(number|no)?$"
)
_ENTITY = re.compile(r"名称$|^(name|.*(company|firm|entity|organi[sz]ation)name)$")


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One data item as the catalogue describes it."""

    name: str
    label: str
    rule: str = ""
    role: str = ""
    is_key: bool = False
    authority: int = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A dataset with what is known of its rows."""

    code: str
    organisation: str
    items: tuple[HeldItem, ...]
    table: TableSketch
    cycle_days: int = 0  # 0: not updated by a cycle
    quality: float = 1.0
    title: str = ""
    duties: tuple[str, ...] = ()  # of its department, as words or codes

    @property
    def of_people(self) -> bool:
        """Whether its subjects have identity numbers."""
        rules = set(map(self.rule_of, self.items))
        return "identity_number" in rules and "credit_code" not in rules

    def rule_of(self, item: HeldItem) -> str:
        """The rule the catalogue gives an item, else the one its values keep."""
        return item.rule or next((c.looks for c in self.table.columns if c.name == item.name), "")

    def kind_of(self, name: str) -> str:
        item = next(item for item in self.items if item.name == name)
        label = folded(item.label)
        if label.endswith(_NAMES) and label.startswith(self._parties):
            return "name"
        return kind_of(item, self.rule_of(item), of_people=self.of_people)

    @property
    def _parties(self) -> tuple[str, ...]:
        """Whose identity numbers stand here beside their names: father, wife, guardian."""
        labels = [folded(i.label) for i in self.items if self.rule_of(i) == "identity_number"]
        return tuple(filter(None, (_IDENTITY.sub("", label) for label in labels)))

    def is_document(self, name: str) -> bool:
        """Whether an item holds the number of a licence, a certificate, a file."""
        item = next(item for item in self.items if item.name == name)
        of_somebody = self.rule_of(item) in {"identity_number", "credit_code"}
        return not of_somebody and bool(_DOCUMENT.search(folded(item.label)))

    def names_a_person(self, name: str) -> bool:
        """Whether an item holds identity numbers."""
        item = next(item for item in self.items if item.name == name)
        return self.rule_of(item) == "identity_number"

    def is_quantity(self, name: str) -> bool:
        """Whether an item holds counts or amounts and names nothing."""
        item = next(item for item in self.items if item.name == name)
        return self.rule_of(item) == "quantity" and self.kind_of(name) != "identifier"

    def weight_of(self, name: str) -> float:
        """How much it says that two departments hold this item."""
        return WEIGHTS.get(self.kind_of(name), 1.0)


def kind_of(item: HeldItem, rule: str = "", *, of_people: bool = True) -> str:
    """What an item is for, when it only says whom a record is about; ``""`` for a fact.

    Of a firm the name says whom, of a person the name of a firm is a fact.
    """
    label, rule = folded(item.label), rule or item.rule
    if rule in {"identity_number", "credit_code"} or item.is_key:
        return "identifier"
    if rule == "division" or _DIVISION.search(label):
        return "division"
    if rule == "mobile" or _PHONE.search(label):
        return "phone"
    if _GIVEN.match(label) or item.role in {"sex", "birth_date"}:
        return "given"
    if item.role.split(".")[-1] == "name" or (_PERSON if of_people else _ENTITY).search(label):
        return "name"
    kinds = {"contact": _CONTACT, "place": _PLACE, "person": _RESPONSIBLE, "trait": _TRAIT}
    return next((kind for kind, words in kinds.items() if words.search(label)), "")


def is_fact(weight: float) -> bool:
    """Whether an agreement says more than whom a record is about."""
    return weight > WEIGHTS["given"]

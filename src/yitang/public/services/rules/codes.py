"""Code sets of service items: GB/T 39046-2020 and the national exchange schema (FACTS §4.4).

A file may deliver the code, the code without its leading zero, or the Chinese label.
"""

from __future__ import annotations

from dataclasses import dataclass

from yitang.public.services.errors import CodeUnknown


@dataclass(frozen=True, slots=True)
class Code:
    """One value: the code, its English label (translated on pages), its label in the standard."""

    code: str
    label: str
    standard: str


@dataclass(frozen=True, slots=True)
class CodeSet:
    """The values one element may take."""

    element: str
    values: tuple[Code, ...]

    def __contains__(self, code: object) -> bool:
        return any(value.code == code for value in self.values)

    def label(self, code: str) -> str:
        """The English label; the code itself when it is not in the set."""
        return next((value.label for value in self.values if value.code == code), code)

    def code_of(self, text: str) -> str:
        """The code that a file meant by ``text``; raises ``CodeUnknown``."""
        wanted = text.strip()
        for value in self.values:
            names = {value.code, value.code.lstrip("0") or "0", value.label, value.standard}
            if wanted in names:
                return value.code
        allowed = ", ".join(f"{value.code} {value.standard}" for value in self.values)
        raise CodeUnknown(element=self.element, value=wanted, allowed=allowed)


def _set(element: str, *values: tuple[str, str, str]) -> CodeSet:
    return CodeSet(element, tuple(Code(*value) for value in values))


ITEM_TYPE = _set(
    "type",
    ("00", "Administrative power", "行政权力"),
    ("01", "Licence", "行政许可"),
    ("02", "Penalty", "行政处罚"),
    ("03", "Coercive measure", "行政强制"),
    ("04", "Levy", "行政征收"),
    ("05", "Benefit", "行政给付"),
    ("06", "Inspection", "行政检查"),
    ("07", "Confirmation", "行政确认"),
    ("08", "Award", "行政奖励"),
    ("09", "Adjudication", "行政裁决"),
    ("10", "Other power", "其他"),
    ("20", "Public service", "公共服务"),
)
LEVEL = _set(
    "level",
    ("1", "National", "国家"),
    ("2", "Province", "省"),
    ("3", "City", "市"),
    ("4", "County", "县"),
    ("5", "Township", "镇(乡街)"),
    ("6", "Village", "村(社区)"),
    ("7", "Several levels", "分级管理"),
)
TARGET = _set(
    "target",
    ("1", "People", "自然人"),
    ("2", "Companies", "企业法人"),
    ("3", "Public institutions", "事业法人"),
    ("4", "Social organisations", "社会组织法人"),
    ("5", "Government bodies", "行政机关"),
    ("6", "Other organisations", "其他组织"),
)
CHANNEL = _set(
    "channels",
    ("1", "At a window", "窗口"),
    ("2", "On a computer", "电脑端网上"),
    ("3", "On a phone", "移动端"),
    ("4", "By post", "快递"),
    ("9", "Another way", "其他"),
)
CASE_TYPE = _set(
    "case_type",
    ("1", "Done at once", "即办件"),
    ("2", "Done by a promised day", "承诺件"),
    ("9", "Other", "其他"),
)
NECESSITY = _set(
    "necessity",
    ("1", "Needed", "必要"),
    ("2", "Not needed", "非必要"),
    ("3", "May follow later", "容缺后补"),
)
SOURCE = _set(
    "source",
    ("10", "From the applicant", "申请人自备"),
    ("20", "Issued by a government body", "政府部门核发"),
    ("99", "Other", "其他"),
)
MATERIAL_TYPE = _set(
    "material type",
    ("1", "Original", "原件"),
    ("2", "Copy", "复印件"),
    ("3", "Original or copy", "原件或复印件"),
)
MATERIAL_FORM = _set(
    "form",
    ("1", "Paper", "纸质"),
    ("2", "Electronic", "电子"),
    ("3", "Paper or electronic", "纸质/电子"),
)
ONLINE_DEPTH = _set(
    "online_depth",
    ("1", "Information online", "Ⅰ级"),
    ("2", "Form online", "Ⅱ级"),
    ("3", "Checked online before a visit", "Ⅲ级"),
    ("4", "Whole matter online", "Ⅳ级"),
)
STATE = _set(
    "state",
    ("1", "In use", "在用"),
    ("2", "Suspended", "挂起"),
    ("3", "Cancelled", "取消"),
    ("4", "Draft", "草稿"),
)

# Our own sets; the standards describe these in prose only.
PRESENCE = _set(
    "presence",
    ("none", "Nobody need come", "无需到场"),
    ("identity", "The applicant is identified in person", "现场核验身份"),
    ("signing", "The applicant signs before an officer", "当面签字"),
    ("both_parties", "Both parties come together", "双方到场"),
    ("biometrics", "Photograph or fingerprints are taken", "采集照片或指纹"),
    ("inspection", "The place is looked at with the applicant present", "现场查看"),
    ("examination", "The applicant takes a test", "现场考试"),
)
OBTAINED = _set(
    "obtained",
    ("window", "Fetched from its issuer", "到窗口开具"),
    ("online", "Downloaded from its issuer", "网上下载"),
    ("held", "Already in the applicant's hands", "本人持有"),
)
DELIVERY = _set(
    "delivery",
    ("electronic", "Electronically", "电子证照"),
    ("post", "By post", "邮寄"),
    ("window", "At a window", "窗口领取"),
)
RESULT_KIND = _set(
    "result_kind",
    ("certificate", "A certificate", "出证办结"),
    ("document", "A document", "出文办结"),
    ("approval", "An approval", "审批办结"),
    ("none", "No paper", "无"),
)
# FACTS §4.8: values one ministry uses; 01 is the only valid one.
CERTIFICATE_STATUS = _set(
    "status",
    ("01", "Valid", "有效"),
    ("02", "Suspended", "暂扣"),
    ("03", "Revoked", "撤销"),
    ("04", "Cancelled", "注销"),
    ("05", "Expired", "失效"),
    ("06", "Moved away", "办理转出"),
    ("07", "Withdrawn as a penalty", "吊销"),
    ("99", "Other", "其他"),
)

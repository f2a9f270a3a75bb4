"""What people call a matter, and the words under which lists of items have it."""

from __future__ import annotations

from collections.abc import Mapping

# Everyday words to words of names of items; each of the latter finds some item by itself.
EVERYDAY: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("孩子出生", "小孩出生", "宝宝出生", "生孩子", "生小孩", "生娃", "娃", "宝宝", "新生兒",
     "出生登记", "newborn", "a child is born", "baby", "birth"): ("新生儿", "出生医学证明"),
    ("饭馆", "饭店", "餐馆", "餐厅", "小吃店", "食品店", "restaurant"): ("食品经营", "餐饮"),
    ("驾照", "驾驶执照", "driving licence", "renew a licence"):
        ("驾驶证",),
    ("公司", "企业", "开办企业", "注册公司", "公司注册", "营业执照", "company"): ("企业设立",),
    ("上户口", "落户口", "户口"): ("落户", "户口"),
    ("社保", "社保卡", "五险"): ("社会保障", "养老保险", "医保"),
    ("养老金", "退休金", "pension", "retirement"): ("退休", "养老保险"),
    ("结婚证", "领证", "marry", "marriage"): ("结婚登记",),
    ("离婚证",): ("离婚登记",),
    ("残疾人补贴", "残疾补贴", "残疾人两项补贴", "disability allowance"):
        ("残疾人生活补贴", "残疾人护理补贴"),
    ("房产证", "房本", "过户", "买房"): ("不动产转移登记",),
    ("看病报销", "医药费报销"): ("医疗费用报销",),
}  # fmt: skip
# What people say before the matter itself.
BEFORE = (
    "我想要", "我想", "我要", "想要", "怎么", "如何", "哪里", "办理", "申请", "申领", "想", "要",
    "开个", "开一家", "开家", "开", "换个", "换", "领", "补办", "补", "办",
    "open a ", "renew a ", "renew ", "open ", "apply for ", "a ",
)  # fmt: skip
_OFFICIAL = {said: names for words, names in EVERYDAY.items() for said in words}


def official_words(text: str) -> tuple[str, ...]:
    """What lists call ``text``, if it is an everyday word; else nothing."""
    said = " ".join(text.lower().split())
    while said not in _OFFICIAL:
        before = next((word for word in BEFORE if said.startswith(word) and said != word), "")
        if not before:
            return ()
        said = said.removeprefix(before)
    return _OFFICIAL[said]

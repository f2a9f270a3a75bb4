"""Labelled messages for tests: invented, three classes with words of their own."""

from __future__ import annotations

import random

_WORDS = {
    "教育": ["学校补课收费", "幼儿园入园", "老师体罚", "学区划分", "中考加分"],
    "交通": ["公交车绕路", "红绿灯坏了", "出租车拒载", "地铁票价", "道路拥堵"],
    "环保": ["工厂排放黑烟", "河水发臭", "夜间噪声", "垃圾焚烧异味", "油烟扰民"],
}
_FILLERS = ["请尽快处理", "已经反映多次", "影响大家的生活", "希望得到答复", "谢谢", "情况属实"]


def labelled_messages(*, count: int = 90, seed: int = 1) -> tuple[list[str], list[str]]:
    """Texts and their labels, classes evenly spread."""
    chance = random.Random(seed)  # noqa: S311  (repeats; no secret)
    labels = [sorted(_WORDS)[place % len(_WORDS)] for place in range(count)]
    texts = [
        "，".join([chance.choice(_FILLERS), *chance.sample(_WORDS[label], 2), f"第{place}次"])
        for place, label in enumerate(labels)
    ]
    return texts, labels

"""What each sharing class must state: 政务数据共享条例 (State Council Decree 809), Arts 13-15."""

from __future__ import annotations

from yitang.data.catalogue.errors import SharingTermsWrong

from .lists import SharingClass


def check_sharing_terms(
    *, code: str, sharing_class: int, sharing_condition: str, legal_basis: str
) -> None:
    """Raises ``SharingTermsWrong`` unless the class states exactly what the Decree asks of it.

    A department may not add conditions of its own (Art 15), so unconditional means none.
    """
    problem = ""
    if sharing_class == SharingClass.UNCONDITIONAL and sharing_condition.strip():
        problem = "data that is shared unconditionally cannot have a condition"
    elif sharing_class == SharingClass.CONDITIONAL and not sharing_condition.strip():
        problem = "conditional sharing must state who may use the data and for what"
    elif sharing_class == SharingClass.NOT_SHARED and not legal_basis.strip():
        problem = "refusing to share must name the law and the article that forbid it"
    if problem:
        raise SharingTermsWrong(code=code, problem=problem)

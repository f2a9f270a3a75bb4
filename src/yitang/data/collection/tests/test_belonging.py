"""Which entry a file's name or columns speak for."""

from __future__ import annotations

import pytest

from yitang.data.collection.rules import clear_fit, named_in

ENTRIES = [
    ("gs-qy", "企业登记信息"),
    ("gs-qy-zx", "企业注销登记信息"),
    ("tax", "企业"),
    ("births", "出生登记"),
    ("other-births", "出生登记"),
]


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("gs-qy.csv", ["gs-qy"]),
        ("GS_QY_202605.csv.gz", ["gs-qy"]),
        ("2026gs-qy.csv", []),  # a code stands alone
        ("导出gs-qy（终稿）.xlsx", ["gs-qy"]),
        ("gs-qy-zx.csv", ["gs-qy-zx"]),
        ("5月企业登记信息.xls", ["gs-qy"]),  # the longer name counts
        ("企业注销登记信息-2026.05.31.csv", ["gs-qy-zx"]),
        ("企业名单.csv", ["tax"]),
        ("出生登记.csv", ["births", "other-births"]),
        ("gs-qy 出生登记.csv", ["gs-qy", "births", "other-births"]),
        ("tax.csv", ["tax"]),
        ("a.tax", []),  # an ending is no name
    ],
)
def test_a_name_speaks_for_the_entries_it_holds(file: str, codes: list[str]) -> None:
    assert named_in(file, ENTRIES) == codes


def test_of_several_fits_only_one_that_takes_all_the_others_take_is_clear() -> None:
    assert clear_fit({}) is None
    assert clear_fit({"a": {"1"}}) == "a"
    assert clear_fit({"a": {"1", "2"}, "b": {"1"}}) == "a"
    assert clear_fit({"a": {"1", "2"}, "b": {"2", "1"}}) is None
    assert clear_fit({"a": {"1", "2", "3"}, "b": {"4"}}) is None

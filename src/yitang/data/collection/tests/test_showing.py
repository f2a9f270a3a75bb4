"""What a page shows of a delivered value, whatever its column was taken for."""

from __future__ import annotations

import pytest

from yitang.data.collection.rules import shown_value

FIRM = "929901011234560017"


@pytest.mark.parametrize(
    ("heading", "value", "shown"),
    [
        ("基本信息 监护人身份证号", "350102199003078519", "3501**********8519"),  # wrong digit
        ("基本信息 监护人身份证号", "3501021990030785", "3501********0785"),  # two are lost
        ("列五", "350102199003078519", "3501**********8519"),
        ("联系方式", "13800138000", "138****8000"),
        ("列六", "１３８００１３８０００", "１３８****８０００"),
        ("负责人电话", "1380013800", "**********"),
        ("电话", "0591-87654321", "059****4321"),
        ("银行卡号", "6222021234567890", "6222********7890"),
        ("列七", "6222021234567890123", "6222***********0123"),
        ("申请人", "买买提·吐尔逊", "买*****逊"),
        ("申请人", "张三、李四", "张*、李*"),
        ("联系人", "王芳 13800138000", "王* 138****8000"),
        (
            "备注",
            "身份证350102199003078519，电话13800138000，补办",
            "身份证3501**********8519，电话138****8000，补办",
        ),
        ("备注", "转到6222 0212 3456 7890 123", "转到6222*************** 123"),
        ("申请人类型", "个人", "个人"),
        ("接种日期", "2024-01-01 12:00:00", "2024-01-01 12:00:00"),
        ("金额", "123456.78", "123456.78"),
        ("登记号", "20240101000123", "20240101000123"),
        ("机构", "临江县水务局", "临江县水务局"),
        ("联系方式", "无", "无"),
        ("统一社会信用代码", FIRM, FIRM),  # public, though it has the digits of a bank card
        ("社会信用代码", "350102199003078516", "3501**********8516"),
        ("统一社会信用代码", f"{FIRM[:-1]}0", "9299**********0010"),
        ("列八", FIRM, "9299**********0017"),
    ],
)
def test_what_is_personal_is_masked_by_what_it_looks_like(
    heading: str, value: str, shown: str
) -> None:
    assert shown_value(value, heading=heading) == shown


def test_a_number_at_the_end_of_a_long_text_is_not_cut_into_the_open() -> None:
    text = "字" * 50 + "350102199003078519"
    assert shown_value(text, heading="备注") == "字" * 50 + "3501******"


def test_what_the_catalogue_calls_sensitive_stays_masked() -> None:
    assert shown_value("幸福里3号", heading="住址", sensitive=True) == "幸****"
    assert shown_value("王小明", heading="姓名", role="name", sensitive=True) == "王*明"

"""What leaves a text, and what stays in it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.base.identity import (
    identity_check_character,
    is_identity_number,
)
from yitang.ground.language.api import LABELS, redact, segment

segment("词")  # loads the dictionary, so that no example is timed with it
mobiles = st.builds("1{}{:09d}".format, st.integers(3, 9), st.integers(0, 10**9 - 1))
births = st.integers(0, 36_000).map(lambda days: date(1920, 1, 1) + timedelta(days=days))


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    born = draw(births)
    body = f"{draw(st.integers(11, 65))}{draw(st.integers(101, 9999)):04d}{born:%Y%m%d}"
    body += f"{draw(st.integers(0, 999)):03d}"
    return body + identity_check_character(body)


surroundings = st.text(max_size=30) | st.text("0123456789 -xX，电话张三", max_size=20)


def survives(number: str, text: str) -> bool:
    return number in text or any(
        is_identity_number(text[place : place + 18]) for place in range(len(text))
    )


@given(surroundings, identity_numbers(), surroundings)
def test_no_identity_number_survives(before: str, number: str, after: str) -> None:
    assert not survives(number, redact(f"{before}{number}{after}").text)


@given(surroundings, mobiles, surroundings)
def test_no_mobile_survives(before: str, number: str, after: str) -> None:
    text = redact(f"{before}{number}{after}").text
    assert not re.search(r"1[3-9][0-9]{9}", text)


@given(mobiles, st.sampled_from([" ", "-", "·", "\u200b", "  "]))
def test_a_mobile_in_groups_is_found(number: str, gap: str) -> None:
    disguised = gap.join([number[:3], number[3:7], number[7:]])
    assert redact(f"电话{disguised}，谢谢").text == f"电话{LABELS['mobile']}，谢谢"


@given(identity_numbers())
def test_an_identity_number_in_groups_or_full_width_is_found(number: str) -> None:
    grouped = " ".join([number[:6], number[6:14], number[14:]])
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    for disguised in (grouped, wide):
        assert redact(f"证件{disguised}").text == f"证件{LABELS['identity_number']}"


@given(st.text(max_size=60))
def test_spans_say_what_was_replaced(text: str) -> None:
    redacted = redact(text)
    rebuilt, position = [], 0
    for span in redacted.spans:
        assert position <= span.start < span.end <= len(text)
        rebuilt += [text[position : span.start], LABELS[span.kind]]
        position = span.end
    assert "".join([*rebuilt, text[position:]]) == redacted.text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("我叫王小明，今年三十", "我叫〔姓名〕，今年三十"),
        ("联系人：欧阳晴13800138000", "联系人：〔姓名〕〔手机号〕"),
        ("本人张伟，身份证350102900307451", "本人〔姓名〕，身份证〔证件号〕"),
        ("请转告李建国主任", "请转告李建国主任"),
        ("请找李建国主任", "请找〔姓名〕主任"),
        ("座机（0591）87654321转12", "座机〔电话〕"),
        ("电话：8765 4321。", "电话：〔电话〕。"),
        ("一三八零零一三八零零零", "〔手机号〕"),
        ("卡号 6222 0212 3456 7890 128", "卡号 〔银行卡号〕"),
        ("闽A·12345违停，粤B12345D也是", "〔车牌〕违停，〔车牌〕也是"),
        ("微信号：abc_12345", "微信号：〔账号〕"),
        ("写信给a.b@example.com", "写信给〔邮箱〕"),
        ("住3栋2单元501室", "住〔门牌〕"),
        ("五里镇塘楼村249号", "五里镇塘楼村〔门牌〕"),
    ],
)
def test_personal_data_is_replaced(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "本人于2019年12月去年购买了一套房",
        "业主权益，本人安全，居民区旁边",
        "2019-12-15 18:30:05 停水，拨打12345、4001234567",
        "统一社会信用代码91350100M000100Y43",
        "全长1380米，投资13800万元",
        "塘楼村2号路灯不亮，解放路83号门口积水，村3号楼",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert redact(text).text == text


def test_a_long_run_of_digit_groups_costs_little() -> None:
    assert redact("7 " * 5_000).spans == ()

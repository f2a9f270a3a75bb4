"""A call becomes an appeal, an office's work, an answer, a call-back and a rate."""

from __future__ import annotations

import re

from tests.journeys.conftest import Demo, Visit

SAID = "我们楼的自来水这两天又黄又腥，物业说不归他们管，请派人来看看。"
ANSWER = "水箱已清洗，末梢水检测合格，报告贴在单元门口。"


def test_a_call_reaches_the_county_is_answered_and_moves_the_rates(demo: Demo) -> None:
    agent = demo.sit_down("hotline_agent")
    asked = people_asked(agent)
    agent.open("/hotline/")
    agent.page.get_by_role("link", name="接电话登记").click()
    agent.check()
    agent.page.get_by_label("发生了什么事").fill(SAID)
    agent.page.get_by_label("来电人怎么称呼").fill("陈阿姨")
    agent.page.get_by_label("来电人电话").fill("13800000000")
    agent.page.get_by_role("button", name="登记").click()
    agent.check()
    appeal = agent.page.url.removeprefix(agent.base)
    taken = agent.page.locator("main").inner_text()
    short = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", taken)
    number = re.search(r"QH-\d{4}-\d{5}", taken)
    assert short is not None
    assert number is not None
    assert "没有找到地点" in taken
    assert "陈阿姨" not in taken

    dispatcher = demo.sit_down("dispatcher")
    dispatcher.open("/hotline/")
    waiting = dispatcher.page.locator("article").filter(has_text=number[0])
    waiting.get_by_role("link", name="选其他单位").click()
    dispatcher.page.get_by_label("所属地区").select_option(label="临江县")
    dispatcher.page.get_by_role("button", name="查看", exact=True).click()
    dispatcher.page.get_by_label("承办单位", exact=True).select_option(label="临江县水务局")
    dispatcher.page.get_by_label("分类").select_option(label="公用事业")
    dispatcher.page.get_by_label("紧急程度").select_option(label="紧急")
    dispatcher.check()
    dispatcher.page.get_by_role("button", name="派单", exact=True).click()
    assert "已派给临江县水务局" in dispatcher.page.locator(".notice").inner_text()
    assert number[0] not in dispatcher.page.locator("main").inner_text()

    county = demo.sit_down("handler")
    county.page.locator("tr").filter(has_text=number[0]).get_by_role("link").click()
    pane = county.page.locator(".pane").filter(has_text=number[0])  # swapped in, not loaded
    pane.get_by_role("button", name="签收", exact=True).click()
    county.page.locator(".notice").wait_for()
    county.open(appeal)
    county.check()
    county.page.get_by_role("button", name="已联系来电人").click()
    county.page.get_by_label("内容").fill(ANSWER)
    county.page.get_by_role("button", name="答复", exact=True).click()

    agent.open(appeal)
    assert ANSWER in agent.page.locator("main").inner_text()
    for question in ("联系过您", "解决了吗", "满意吗"):
        group = agent.page.locator("fieldset").filter(has_text=question)
        group.get_by_label("是", exact=True).check()
    agent.page.get_by_role("button", name="记下回访结果").click()
    assert "已办结" in agent.page.locator("main").inner_text()
    assert people_asked(agent) == asked + 1

    caller = demo.sit_down()
    caller.open(f"/hotline/follow/?number={short[0]}")
    followed = caller.page.locator("main").inner_text()
    assert ANSWER in followed
    assert "陈阿姨" not in followed
    caller.check()


def people_asked(agent: Visit) -> int:
    """Those the solved rate is made of."""
    agent.open("/hotline/rates/")
    card = agent.page.locator(".card").filter(has_text="解决率").inner_text()
    found = re.search(r"回访 ([\d,]+) 件，其中 ([\d,]+)", card)
    assert found, card
    return int(found[1].replace(",", ""))

"""The calculator in two languages, bad input in words, halls for those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.halls.api import EXAMPLE, Hall, read_demands_file, record_hall

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, tzinfo=UTC)
TABLE = EXAMPLE.read_text(encoding="utf-8")


def text_of(client: Client, path: str, language: str = "en", **query: str) -> str:
    response = client.get(path, query, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_anyone_may_count_windows_with_a_table_of_their_own(client: Client) -> None:
    page = text_of(client, "/halls/", table=TABLE)
    assert "invented example" not in page
    assert "invented example" in text_of(client, "/halls/")
    assert "15 people in one pool do what 30 at separate windows do: 50% fewer" in page
    assert "one pool with slower clerks needs 12 windows" in page
    assert "The hall has 30 windows today." in page
    assert "not for staff" in page
    assert "95% of people wait at most 15 minutes" in page
    assert "Social insurance" in page
    assert '<td class="n">31</td>' in page  # slower clerks at 85 % busy: more than thirty


def test_the_page_speaks_chinese_and_answers_three_numbers(client: Client) -> None:
    page = text_of(
        client, "/halls/", "zh-hans", visits_per_day="300", kinds="6", mean_minutes="10",
        online_share="30", with_back_office="on",
    )  # fmt: skip
    assert "大厅要开几个窗口？" in page
    assert "部门 6" in page
    assert "不是人手" in page
    assert "后台" in page
    assert "模拟工作日" not in page  # the check is for a hall without online cases


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"mean_minutes": "0"}, "Minutes per visit"),
        ({"online_share": "x"}, "Settled online"),
        ({"table": "type,visits_per_day,mean_minutes\na,many,3"}, "“many” is not a number"),
        ({"table": "a,b\n1,2"}, "it lacks the columns type, visits_per_day"),
    ],
)
def test_bad_input_gets_a_sentence_and_no_figure(
    client: Client, query: dict[str, str], sentence: str
) -> None:
    page = text_of(client, "/halls/", **query)
    assert 'role="alert"' in page
    assert sentence in page
    assert 'id="answer"' not in page


def kept_hall(division_code: str) -> Hall:
    return record_hall(
        name="Linjiang hall",
        organisation=make_organisation(division_code),
        demands=read_demands_file(EXAMPLE),
        actor=system_actor(),
        at=AT,
    )


def test_a_leader_sees_the_halls_of_the_province_and_a_stranger_none(client: Client) -> None:
    hall = kept_hall("990100")
    leader = make_officer("leader", organisation=make_organisation("990000"))
    address = f"/halls/{hall.public_id}/"
    client.force_login(leader)
    assert address in text_of(client, "/halls/")
    page = text_of(client, address, slower="40")
    assert "Linjiang hall" in page
    assert "takes 40% longer" in page
    client.force_login(make_officer("leader", organisation=make_organisation("980000")))
    assert "Linjiang hall" not in text_of(client, "/halls/")
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code in {302, 401}


def test_a_list_of_halls_asks_the_database_a_fixed_number_of_times(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        kept_hall("990100")
    client.force_login(make_officer("leader", organisation=make_organisation("990000")))
    text_of(client, "/halls/")  # the first page of a session notes when someone was seen
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        text_of(client, "/halls/")

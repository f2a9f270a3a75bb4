"""The pages as a browser without script sees them, from the guide to the checked certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yitang.ground.casework.api import case_kinds
from yitang.ground.ledger.api import entries_about
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation, make_user
from yitang.public.services import rules
from yitang.public.services.api import (
    Application,
    applications_of,
    certificates_of,
    item_by_code,
    take_items,
)
from yitang.public.services.rules.forms import Reader
from yitang.public.services.rules.newborn import FORMS
from yitang.public.services.tests.factories import (
    AT,
    FATHER,
    MOTHER,
    PHOTO,
    RECORDS,
    make_newborn_item,
    make_parent,
    make_submitted,
    reader,
)

pytestmark = pytest.mark.django_db
MOST_BYTES = 150_000


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(autouse=True)
def records(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, dict[str, str]]]:
    """What other departments hold, where the exchange would be asked."""
    held = {name: dict(rows) for name, rows in RECORDS.items()}

    def made(application: Application, **_: object) -> Reader:
        return reader(held)

    for module in ("mine", "office", "desk"):
        monkeypatch.setattr(f"yitang.site.web.services.{module}.records_reader", made)
    return held


@pytest.fixture
def office() -> Organisation:
    return make_organisation("350102", name="城东公安分局", duties=("household",))


@pytest.fixture
def mother() -> User:
    return make_parent(MOTHER)


def signed_in_as(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:500]
    assert len(response.content) < MOST_BYTES
    return response.content.decode()


def once_in(text: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', text)
    assert found
    return found[1]


def start_draft(client: Client, user: User) -> str:
    make_newborn_item()
    client.post(reverse("services:apply", args=["N1"]))
    return reverse("services:application", args=[applications_of(user)[0].public_id])


def test_who_has_applied_is_shown_that_before_any_record_is_read(
    office: Organisation,
) -> None:
    sent = make_submitted()
    mother = sent.applicant
    client = signed_in_as(mother)
    guide = page(client, reverse("services:item", args=["N1"]))
    assert reverse("services:application", args=[sent.public_id]) in guide
    again = client.post(reverse("services:apply", args=["N1"]))
    assert again["Location"] == reverse("services:application", args=[sent.public_id])
    assert applications_of(mother) == [sent]
    client.post(reverse("services:apply", args=["N1"]), {"another": "1"})
    assert len(applications_of(mother)) == 2


def test_a_child_applied_for_by_the_other_parent_is_said_at_the_start(
    records: dict[str, dict[str, dict[str, str]]],
) -> None:
    sent = make_submitted()
    records["marriages"][FATHER] = RECORDS["marriages"][MOTHER]
    father = make_parent(FATHER)
    client = signed_in_as(father)
    started = client.post(reverse("services:apply", args=["N1"]))
    shown = page(client, started["Location"])
    assert "BJ-2611-00001" in shown
    assert reverse("services:application", args=[sent.public_id]) not in shown
    assert 'value="send"' not in shown
    del records["marriages"][FATHER]  # what nobody holds he writes, and may have mistyped
    client.post(reverse("services:apply", args=["N1"]))
    kept = {"do": "keep", "birth_certificate": "U350000123", "once": "typed"}
    client.post(started["Location"], kept)
    typed = page(client, started["Location"])
    assert "BJ-2611-00001" in typed
    assert 'value="send"' in typed
    mother = signed_in_as(sent.applicant)
    again = mother.post(reverse("services:apply", args=["N1"]), {"another": "1"})
    assert reverse("services:application", args=[sent.public_id]) in page(mother, again["Location"])


def test_an_account_without_a_name_is_told_where_to_go() -> None:
    make_newborn_item()
    client = signed_in_as(make_user("new"), "zh-hans")
    told = client.post(reverse("services:apply", args=["N1"])).content.decode()
    assert "带身份证到任一窗口核对一次" in told
    before = client.get(reverse("services:item", args=["N1"])).content.decode()
    assert "先核对一次账号" in before
    assert reverse("services:apply", args=["N1"]) not in before
    assert "往前走了" not in told


def test_a_site_without_items_does_not_blame_the_word() -> None:
    empty = page(Client(headers={"accept-language": "en"}), reverse("services:start"))
    assert "No service is listed here yet" in empty
    trips = page(Client(headers={"accept-language": "en"}), reverse("services:trips"))
    assert "is shared." not in trips  # nothing was counted
    asked = page(Client(headers={"accept-language": "en"}), reverse("services:start") + "?q=xse")
    assert "Nothing is called that" in asked


def test_items_are_found_by_pinyin_and_say_their_trips_and_their_day() -> None:
    make_newborn_item()
    client = Client(headers={"accept-language": "en"})
    text = page(client, reverse("services:start") + "?q=xse")
    assert "Newborn household registration" in text
    assert "2 trips" in text
    assert "done by Wed 25 Nov" in text
    chinese = page(Client(headers={"accept-language": "zh-hans"}), reverse("services:start"))
    assert "新生儿落户" in chinese
    assert "11 月 25 日（周三）" in chinese
    nothing = page(client, reverse("services:start") + "?q=nothing+like+it")
    assert "Nothing is called that" in nothing


def test_a_guide_says_why_each_trip_is_left_and_what_would_save_it() -> None:
    make_newborn_item()
    text = page(Client(headers={"accept-language": "en"}), reverse("services:item", args=["N1"]))
    assert "Fetch “出生医学证明” at 卫生健康委." in text
    assert "Hand in “结婚证” on paper." in text
    page(Client(), reverse("services:item", args=["none"]), status=404)


def test_a_list_of_items_costs_the_same_few_queries_however_long(
    django_assert_max_num_queries: object,
) -> None:
    rows: list[dict[str, object]] = [
        {"code": f"L{n}", "name": f"事项{n}", "materials": [{"name": "x"}]} for n in range(40)
    ]
    take_items(rows, actor=system_actor(), at=AT)
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture
        page(Client(), reverse("services:start"))


def test_trips_before_and_after_lead_to_the_dataset_to_share_next() -> None:
    make_newborn_item()
    client = Client(headers={"accept-language": "en"})
    text = page(client, reverse("services:trips"))
    assert "births" in text
    named = page(client, reverse("services:dataset", args=["births"]))
    assert "Newborn household registration" in named
    assert "2 → 1" in named


def test_a_parent_looks_it_over_sends_it_and_follows_it(office: Organisation, mother: User) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    review = page(client, address)
    assert "林知夏, female, 12 Nov 2026" in review
    assert "林*芸" in review
    assert MOTHER not in review
    assert "It used to take 2 trips; now you need not come." in review
    assert "All right, send it" in review
    form = {"once": once_in(review), "do": "send"}
    first = client.post(address, form)
    again = client.post(address, form)
    assert first.status_code == again.status_code == 302
    assert again.headers["Idempotent-Replayed"] == "true"
    sent = applications_of(mother)
    assert len(sent) == 1
    followed = page(client, address)
    assert "城东公安分局 has it, until Wed 25 Nov at the latest." in followed
    assert "BJ-2611-" in followed


def test_what_was_written_is_kept_and_what_is_missing_is_asked(
    records: dict[str, dict[str, dict[str, str]]], mother: User
) -> None:
    records["births"].clear()
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    review = page(client, address)
    assert "What we do not know" in review
    kept = {"once": once_in(review), "do": "keep", "child_name": "林知夏"}
    assert client.post(address, kept).status_code == 302
    review = page(client, address)
    assert 'value="林知夏"' in review
    assert "You have begun:" in page(client, reverse("services:start"))
    refused = client.post(address, {"once": once_in(review), "do": "send", "child_name": "林知夏"})
    assert refused.status_code == 422
    assert "Please fill this in" in refused.content.decode()
    assert 'value="林知夏"' in refused.content.decode()
    answers = {
        "child_name": "林知夏",
        "child_sex": "2",
        "child_birth_date": "2026-11-12",
        "hospital": "省医院",
        "birth_certificate": "U1",
    }
    complete = client.post(address, {"once": once_in(review), "do": "send", **answers})
    assert complete.status_code == 302
    assert applications_of(mother)[0].submitted_at is not None


def test_nobody_elses_application_is_shown(mother: User) -> None:
    address = start_draft(signed_in_as(mother), mother)
    page(signed_in_as(make_parent(next(iter(RECORDS["marriages"].values()))["husband_identity"])),
         address, status=404)  # fmt: skip
    page(Client(), address, status=401)


def openings(owner: User) -> int:
    """How often a certificate of theirs stands in the ledger as opened by others."""
    entries = entries_about(owner.identity_index or "")
    return sum(entry.action == "services.open_certificate" for entry in entries)


def test_an_officer_decides_and_the_certificate_is_checked_by_anyone(
    office: Organisation, mother: User
) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    client.post(address, {"once": once_in(page(client, address)), "do": "send"})
    sent = applications_of(mother)[0]
    officer = signed_in_as(make_officer("handler", organisation=office))
    desk = page(officer, reverse("desk:start"))
    assert "新生儿落户" in desk
    place = reverse("services:office", args=[sent.public_id])
    shown = page(officer, place)
    assert MOTHER not in shown
    assert mother.display_name not in shown  # nor in what happened
    assert mother.name_for_others in shown
    assert "written by the applicant" not in shown  # each group names its records
    opened = officer.post(
        reverse("services:open", args=[sent.public_id]), {"name": "mother_identity"}
    )
    assert MOTHER in opened.content.decode()
    decide = reverse("services:decide", args=[sent.public_id])
    assert officer.post(decide, {"verb": "refuse"}).status_code == 422
    assert officer.post(decide, {"verb": "approve"}).status_code == 302
    assert officer.post(decide, {"verb": "approve"}).status_code == 302  # twice is once
    assert officer.post(decide, {"verb": "refuse", "note": "no"}).status_code == 409
    certificate, _ = certificates_of(mother)[0]
    assert "It is done." in page(client, address)
    own = page(client, reverse("services:certificate", args=[certificate.short_number]))
    assert "林知夏" in own
    assert "<svg" in own
    assert certificate.short_number[:4] in page(client, reverse("services:certificates"))
    assert openings(mother) == 0
    page(officer, reverse("services:certificate", args=[certificate.short_number]))
    assert openings(mother) == 1
    anyone = Client(headers={"accept-language": "en"})
    checked = page(anyone, reverse("services:checked", args=[certificate.short_number]))
    assert "It is genuine and valid" in checked
    assert "林*夏" in checked
    assert "林知夏" not in checked
    typed = anyone.get(reverse("services:check"), {"number": certificate.short_number.lower()})
    assert typed.status_code == 302
    page(anyone, reverse("services:certificate", args=[certificate.short_number]), status=401)
    page(anyone, reverse("services:checked", args=["AAAAAAAA"]), status=404)
    officer.post(
        reverse("services:revoke", args=[certificate.short_number]), {"reason": "登记有误"}
    )
    revoked = page(anyone, reverse("services:checked", args=[certificate.short_number]))
    assert "It is no longer valid" in revoked
    assert client.post(
        reverse("services:rate", args=[sent.public_id]), {"stars": "5"}
    ).status_code == 302  # fmt: skip
    assert "You gave 5 stars." in page(client, address)


def test_whoever_is_refused_reads_why_and_what_can_be_done(
    office: Organisation, mother: User
) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    client.post(address, {"once": once_in(page(client, address)), "do": "send"})
    sent = applications_of(mother)[0]
    officer = signed_in_as(make_officer("handler", organisation=office))
    decide = reverse("services:decide", args=[sent.public_id])
    officer.post(decide, {"verb": "refuse", "note": "父母户口均不在本辖区"})
    refused = page(client, address)
    assert "It was refused." in refused
    assert '<p class="quote">父母户口均不在本辖区</p>' in refused
    assert "administrative reconsideration within 60 days" in refused
    assert reverse("services:item", args=["N1"]) in refused


def test_a_changed_record_is_shown_before_it_is_decided(
    office: Organisation, mother: User, records: dict[str, dict[str, dict[str, str]]]
) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    client.post(address, {"once": once_in(page(client, address)), "do": "send"})
    sent = applications_of(mother)[0]
    records["population"][MOTHER] = {**records["population"][MOTHER], "address": "别处"}
    officer = signed_in_as(make_officer("handler", organisation=office))
    assert sent.case is not None
    moved = officer.post(reverse("desk:move", args=[sent.case.public_id]), {"verb": "approve"})
    assert moved.status_code == 409
    shown = page(officer, reverse("services:office", args=[sent.public_id]))
    assert "the record has changed" in shown
    officer.post(reverse("services:decide", args=[sent.public_id]), {"verb": "approve"})
    assert len(certificates_of(mother)) == 1


def test_what_is_missing_is_asked_once_and_answered(office: Organisation, mother: User) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    form = {"once": once_in(page(client, address)), "do": "send", "doubt.child_name": "林知暖"}
    client.post(address, form)
    sent = applications_of(mother)[0]
    officer = signed_in_as(make_officer("clerk", organisation=office))
    place = reverse("services:decide", args=[sent.public_id])
    shown = page(officer, reverse("services:office", args=[sent.public_id]))
    assert "林知暖" in shown
    officer.post(place, {"verb": "ask_correction", "note": "请拍出生证", "once": once_in(shown)})
    asked = page(client, address)
    assert "请拍出生证" in asked
    correct = reverse("services:correct", args=[sent.public_id])
    wrong = {"words": "见照片", "added": [SimpleUploadedFile("证.jpg", b"MZ")]}
    refused = client.post(correct, wrong | {"once": once_in(asked)})
    assert refused.status_code == 422
    assert "证.jpg is no photo" in refused.content.decode()
    assert "见照片" in refused.content.decode()
    files = [SimpleUploadedFile("证.jpg", PHOTO)]
    client.post(correct, {"words": "", "added": files, "once": once_in(asked)})
    own = page(client, address)
    assert "证.jpg" in own
    opened = client.post(re.findall(r'action="([^"]+/files/[^"]+)"', own)[0])
    assert (opened.content, opened["Content-Type"]) == (PHOTO, "image/jpeg")
    shown = page(officer, reverse("services:office", args=[sent.public_id]))
    assert "File 1" in shown
    assert "证.jpg" not in shown
    assert officer.post(re.findall(r'action="([^"]+/files/[^"]+)"', shown)[0]).content == PHOTO
    assert officer.post(place, {"verb": "ask_correction", "note": "再补"}).status_code == 409
    assert officer.post(
        reverse("services:visit", args=[sent.public_id]), {"reason": "送原件"}
    ).status_code == 302  # fmt: skip
    asked = page(client, reverse("services:withdraw", args=[sent.public_id]))
    assert "cannot be undone" in asked
    assert "You withdrew it." not in page(client, address)  # asked, not done
    assert client.post(reverse("services:withdraw", args=[sent.public_id])).status_code == 302
    withdrawn = page(client, address)
    assert "You withdrew it." in withdrawn
    assert "Apply again" in withdrawn
    assert "administrative reconsideration" not in withdrawn


def test_an_item_without_a_form_is_not_applied_for_here(mother: User) -> None:
    take_items([{"code": "X9", "name": "别的事"}], actor=system_actor(), at=AT)
    client = signed_in_as(mother)
    assert item_by_code("X9").form == ""
    assert client.post(reverse("services:apply", args=["X9"])).status_code == 409


def test_every_label_of_codes_checks_and_forms_has_its_chinese() -> None:
    labels = {code.label for code in [*rules.TARGET.values, *rules.CERTIFICATE_STATUS.values]}
    labels |= {check.sentence for check in rules.CHECKS} | set(rules.PRESENCE_REASONS.values())
    labels |= {one.label for form in FORMS.values() for one in form.fields}
    with translation.override("zh-hans"):
        assert [label for label in sorted(labels) if translation.gettext(label) == label] == []


def test_one_address_leads_applicant_and_officer_to_their_own_page(
    office: Organisation, mother: User
) -> None:
    client = signed_in_as(mother)
    address = start_draft(client, mother)
    client.post(address, {"once": once_in(page(client, address)), "do": "send"})
    sent = applications_of(mother)[0]
    assert sent.case is not None
    matter = case_kinds()[sent.case.workflow].url_of(sent.case)
    officer = signed_in_as(make_officer("handler", organisation=office))
    assert client.get(matter).headers["Location"] == address
    assert "/office/" in officer.get(matter).headers["Location"]


def test_a_leader_shares_a_dataset_and_others_may_not(mother: User) -> None:
    make_newborn_item()
    share = reverse("services:share", args=["births"])
    assert signed_in_as(mother).post(share).status_code == 403
    leader = signed_in_as(make_officer("leader", organisation=make_organisation("350000")))
    shown = page(leader, reverse("services:dataset", args=["births"]))
    assert "Share it with these services" in shown
    assert leader.post(share).status_code == 404  # no such dataset in this catalogue

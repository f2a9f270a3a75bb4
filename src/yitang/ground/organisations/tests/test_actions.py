"""Accounts, posts, and files taken over whole."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from yitang.ground.base.errors import DomainError, InvalidInput, NotFound
from yitang.ground.base.identity import IdentityNumberInvalid, identity_check_character
from yitang.ground.ledger.api import entries_about, entries_of
from yitang.ground.organisations.api import (
    Appointment,
    Division,
    DivisionRow,
    Organisation,
    User,
    appoint,
    appointments_of,
    can_reset_sign_in,
    close_account,
    create_user,
    division,
    division_path,
    divisions_in,
    end_appointment,
    give_one_time_password,
    load_divisions,
    load_officers,
    load_organisations,
    national_divisions,
    officers_of,
    organisations_with_duty,
    post_for,
    reset_second_factor,
    resolve_division,
    set_password,
    system_actor,
    user_of_identity,
    verify_identity,
    visible_posts,
)
from yitang.ground.organisations.errors import (
    AlreadyVerified,
    AppointmentInvalid,
    ColumnsMissing,
    DivisionNotInForce,
    DivisionUnknown,
    FileUnreadable,
    NoSecondFactor,
    OutsideDivision,
    PersonHasAccount,
    PowersNotSeparate,
    RoleMissing,
    RoleUnknown,
    RowInvalid,
    SignInNotYoursToReset,
    UsernameTaken,
)
from yitang.ground.organisations.rules import Level
from yitang.ground.plumbing.api import blind_index

from . import factories
from .factories import AT

pytestmark = pytest.mark.django_db
IDENTITY = "11010519491231002X"


def test_an_identity_number_is_kept_encrypted_and_found_again() -> None:
    user = create_user(username="zhang", identity_number=" 11010519491231002x ", at=AT)
    assert User.objects.get(pk=user.pk).identity_number == IDENTITY
    with connection.cursor() as cursor:
        cursor.execute("select identity_number, identity_index from organisations_user")
        stored = [(bytes(a), b) for a, b in cursor.fetchall() if a is not None]
    assert len(stored) == 1
    assert IDENTITY.encode() not in stored[0][0]
    assert IDENTITY not in stored[0][1]
    assert user_of_identity(IDENTITY) == user
    assert (
        user_of_identity("11010519491231001" + identity_check_character("11010519491231001"))
        is None
    )


def test_one_person_has_one_account_and_one_name_is_one_person() -> None:
    create_user(username="zhang", identity_number=IDENTITY, at=AT)
    with pytest.raises(PersonHasAccount):
        create_user(username="zhang2", identity_number=IDENTITY, at=AT)
    with pytest.raises(UsernameTaken, match="zhang"):
        create_user(username="zhang", at=AT)
    with pytest.raises(IdentityNumberInvalid):
        create_user(username="li", identity_number="110105194912310021", at=AT)
    assert User.objects.filter(username__in=["zhang2", "li"]).count() == 0


def test_nobody_is_a_superuser_and_the_platform_cannot_sign_in() -> None:
    fields = {field.name for field in User._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}
    system = system_actor()
    assert not system.has_usable_password()
    assert not system.is_active
    assert system_actor() == system


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("system_admin", "security_admin"),
        ("security_admin", "audit_admin"),
        ("audit_admin", "system_admin"),
        ("system_admin", "handler"),
        ("leader", "audit_admin"),
    ],
)
def test_powers_that_watch_each_other_are_never_one_person(held: str, wanted: str) -> None:
    home = factories.make_organisation()
    user = factories.make_officer(held, organisation=home)
    with pytest.raises(PowersNotSeparate) as refused:
        factories.make_appointment(user, wanted, home)
    assert refused.value.http_status == 409
    end_appointment(appointment_id=user.appointments.get().pk, actor=system_actor(), at=AT)
    later = appoint(user=user, role=wanted, organisation=home, actor=system_actor(), at=AT)
    assert [post.role for post in appointments_of(user)] == [held, later.role]


def test_a_post_that_begins_later_is_watched_too() -> None:
    home = factories.make_organisation()
    user = factories.make_user()
    common = {"user": user, "organisation": home, "actor": system_actor(), "at": AT}
    appoint(**common, role="handler", valid_from=date(2027, 1, 1))  # type: ignore[arg-type]
    appoint(  # ends when the other begins
        **common,  # type: ignore[arg-type]
        role="audit_admin",
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
    )
    with pytest.raises(PowersNotSeparate):
        appoint(**common, role="system_admin", valid_from=date(2026, 6, 1))  # type: ignore[arg-type]


def test_only_the_security_administrator_of_the_place_appoints() -> None:
    city, county = factories.make_organisation("990100"), factories.make_organisation("990102")
    elsewhere = factories.make_organisation("990200")
    security = factories.make_officer("security_admin", organisation=city)
    user = factories.make_user()
    post = appoint(user=user, role="handler", organisation=county, actor=security, at=AT)
    assert (post.appointed_by, post.valid_from) == (security, date(2026, 11, 23))
    again = appoint(user=user, role="handler", organisation=county, actor=security, at=AT)
    assert again == post
    for actor, organisation, role, error in (
        (security, elsewhere, "handler", "outside_division"),
        (
            factories.make_officer("system_admin", organisation=city),
            county,
            "handler",
            "role_missing",
        ),
        (security, county, "citizen", "role_unknown"),
        (security, county, "king", "role_unknown"),
    ):
        with pytest.raises(DomainError) as refused:
            appoint(user=user, role=role, organisation=organisation, actor=actor, at=AT)
        assert refused.value.code == f"organisations.{error}"
    with pytest.raises(AppointmentInvalid, match="nobody appoints themselves"):
        appoint(user=security, role="handler", organisation=city, actor=security, at=AT)


def test_an_appointment_is_ended_once_and_not_before_it_begins() -> None:
    user = factories.make_officer()
    post, system = user.appointments.get(), system_actor()
    with pytest.raises(AppointmentInvalid, match="begins only on 2020-01-01"):
        end_appointment(appointment_id=post.pk, actor=system, at=AT, valid_to=date(2019, 1, 1))
    ended = end_appointment(appointment_id=post.pk, actor=system, at=AT)
    assert (ended.valid_to, ended.ended_by) == (date(2026, 11, 23), system)
    with pytest.raises(AppointmentInvalid, match="already ended"):
        end_appointment(appointment_id=post.pk, actor=system, at=AT)
    with pytest.raises(AppointmentInvalid, match="before it begins"):
        appoint(
            user=user,
            role="clerk",
            organisation=post.organisation,
            actor=system,
            at=AT,
            valid_to=date(2026, 11, 1),
        )
    with pytest.raises(RoleMissing):
        end_appointment(appointment_id=post.pk, actor=user, at=AT)


def test_an_account_is_closed_with_its_posts_and_only_by_who_may() -> None:
    home = factories.make_organisation()
    security = factories.make_officer("security_admin", organisation=home)
    clerk = factories.make_officer("clerk", organisation=home)
    with pytest.raises(RoleMissing):
        close_account(user=clerk, actor=clerk, at=AT)
    with pytest.raises(AppointmentInvalid, match="nobody ends their own post"):
        close_account(user=security, actor=security, at=AT)
    set_password(user=clerk, password="a long enough sentence", actor=security, at=AT)  # noqa: S106  (opens nothing)
    closed = close_account(user=clerk, actor=security, at=AT)
    assert not closed.is_active
    assert not closed.has_usable_password()
    assert [post.valid_to for post in appointments_of(clerk)] == [date(2026, 11, 23)]


def test_the_database_knows_the_roles_too() -> None:
    post = factories.make_officer().appointments.get()
    for wrong in ({"role": "king"}, {"valid_to": date(2019, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=post.pk).update(**wrong)


def test_a_password_is_given_by_the_security_administrator_and_must_be_good() -> None:
    user = factories.make_user()
    assert not user.has_usable_password()
    good, bad = "a long enough sentence", "12345"
    set_password(user=user, password=good, actor=system_actor(), at=AT)
    assert User.objects.get(pk=user.pk).check_password(good)
    with pytest.raises(InvalidInput, match="password"):
        set_password(user=user, password=bad, actor=system_actor(), at=AT)
    with pytest.raises(RoleMissing):
        set_password(user=user, password=good, actor=user, at=AT)


def test_the_security_administrator_resets_the_sign_in_of_officers_of_the_division_only() -> None:
    home, above = factories.make_organisation("990102"), factories.make_organisation("990100")
    security = factories.make_officer("security_admin", organisation=home)
    clerk = factories.make_officer("clerk", organisation=home)
    again = partial(give_one_time_password, reason="forgotten", actor=security, at=AT)
    password = again(user=clerk)
    clerk.refresh_from_db()
    assert (clerk.check_password(password), clerk.has_one_time_password) == (True, True)
    set_password(user=clerk, password="a long enough sentence", actor=security, at=AT)  # noqa: S106  (opens nothing)
    assert not clerk.has_one_time_password
    with pytest.raises(NoSecondFactor):
        reset_second_factor(user=clerk, reason="phone lost", actor=security, at=AT)
    with pytest.raises(InvalidInput, match="reason"):
        again(user=clerk, reason=" ")
    with pytest.raises(RoleMissing):
        again(user=security, actor=clerk)
    audit = factories.make_officer("audit_admin", organisation=home)
    for user, why in (
        (security, "it is your own"),
        (audit, "it is an administrator's"),
        (factories.make_user(), "holds no post"),
    ):
        with pytest.raises(SignInNotYoursToReset, match=why):
            again(user=user)
        assert not can_reset_sign_in(security, user, on=AT.date())
        assert again(user=user, actor=system_actor())  # the operator may
    with pytest.raises(OutsideDivision):
        again(user=factories.make_officer("clerk", organisation=above))


@pytest.mark.django_db(transaction=True)
def test_a_clerk_verifies_an_account_once_and_its_owner_reads_it() -> None:
    clerk, opened, other = factories.make_officer("clerk"), factories.make_user(), "u2"
    verify = partial(
        verify_identity, name="林 晓", identity_number=IDENTITY, purpose="到窗口核对", at=AT
    )
    with pytest.raises(RoleMissing):
        verify(user=opened, actor=opened)
    with pytest.raises(IdentityNumberInvalid):
        verify(user=opened, actor=clerk, identity_number="110105194912310021")
    with pytest.raises(InvalidInput, match="purpose"):
        verify(user=opened, actor=clerk, purpose=" ")
    with pytest.raises(AlreadyVerified):
        verify(user=clerk, actor=clerk)
    verified = verify(user=opened, actor=clerk)
    assert user_of_identity(IDENTITY) == verified
    assert (verified.display_name, verified.identity_number) == ("林 晓", IDENTITY)
    (entry,) = entries_about(blind_index(IDENTITY))
    assert (entry.actor, entry.purpose) == (str(clerk.public_id), "到窗口核对")
    with pytest.raises(AlreadyVerified):
        verify(user=opened, actor=clerk)
    with pytest.raises(PersonHasAccount):
        verify(user=factories.make_user(other), actor=clerk)


@pytest.mark.django_db(transaction=True)
def test_giving_and_taking_power_stands_in_the_ledger() -> None:
    security = factories.make_officer("security_admin", organisation=factories.make_organisation())
    user = factories.make_user()
    home = security.appointments.get().organisation
    post = appoint(user=user, role="clerk", organisation=home, actor=security, at=AT)
    end_appointment(appointment_id=post.pk, actor=security, at=AT)
    entries = entries_of(str(security.public_id), limit=10)
    assert {entry.action for entry in entries} == {
        "organisations.appoint",
        "organisations.end_appointment",
    }


def test_visible_posts_are_those_of_ones_division() -> None:
    city, county = factories.make_organisation("990100"), factories.make_organisation("990102")
    audit = factories.make_officer("audit_admin", organisation=city)
    clerk = factories.make_officer("clerk", organisation=county, username="chen")
    factories.make_officer("clerk", organisation=factories.make_organisation("990200"))
    assert {post.user for post in visible_posts(audit).rows} == {audit, clerk}
    assert [post.user for post in visible_posts(audit, text="CHE").rows] == [clerk]
    assert visible_posts(audit, text="nobody").rows == []
    assert [p.organisation for p in visible_posts(clerk).rows] == []
    assert post_for(audit, clerk.appointments.get().public_id).user == clerk
    with pytest.raises(NotFound):
        post_for(clerk, clerk.appointments.get().public_id)


def test_officers_of_an_organisation_on_a_day() -> None:
    home = factories.make_organisation()
    handler = factories.make_officer("handler", organisation=home)
    factories.make_officer("clerk", organisation=home)
    factories.make_officer("handler")
    assert officers_of(home.pk, on=date(2026, 1, 1), role="handler") == [handler]
    assert len(officers_of(home.pk, on=date(2026, 1, 1))) == 2
    assert officers_of(home.pk, on=date(2019, 1, 1)) == []


def test_the_country_is_loaded_with_its_past() -> None:
    rows = national_divisions()
    loaded = load_divisions(rows, actor=system_actor(), at=AT)
    assert (loaded.created, loaded.updated) == (6658, 0)
    today = date(2026, 11, 23)
    for level, count in ((Level.NATION, 1), (Level.PROVINCE, 34), (Level.CITY, 333)):
        assert len(divisions_in("100000", level=level, on=today)) == count
    assert division_path("350102") == "福建省 福州市 鼓楼区"
    assert division_path("429004") == "湖北省 仙桃市"
    for code, day, expected in (
        ("350102", today, ["350102"]),
        ("110103", date(2009, 6, 1), ["110103"]),  # 崇文区, before it joined 东城区
        ("110103", today, ["110101"]),
        ("341400", today, ["340100", "340200", "340500"]),  # 巢湖市 was split in three
        ("441000", today, ["460100"]),  # 海口市, when Hainan left Guangdong
        ("142401", today, ["140702"]),  # 榆次市, by its name
    ):
        assert [row.code for row in resolve_division(code, on=day)] == expected
    again = load_divisions(rows, actor=system_actor(), at=AT)
    assert (again.created, again.updated) == (0, 6658)
    assert Division.objects.get(code="341400").successors.count() == 3


def test_a_division_that_was_not_yet_or_left_nothing_is_said_so() -> None:
    factories.make_division("990102", valid_from=date(2020, 1, 1))
    factories.make_division("990103", valid_to=date(2020, 1, 1))
    assert resolve_division("990102", on=date(2020, 1, 1))
    assert resolve_division("990103", on=date(2019, 12, 31))
    for code, day in (("990102", date(2019, 12, 31)), ("990103", date(2020, 1, 1))):
        with pytest.raises(DivisionNotInForce, match=code):
            resolve_division(code, on=day)
    with pytest.raises(DivisionUnknown, match="990199"):
        division("990199")


def test_successors_in_a_circle_end() -> None:
    first = factories.make_division("990102", valid_to=date(2020, 1, 1))
    second = factories.make_division("990103", valid_to=date(2020, 1, 1), successors=(first,))
    first.successors.add(second)
    with pytest.raises(DivisionNotInForce):
        resolve_division("990102", on=date(2021, 1, 1))


DIVISIONS = """code,name,level,parent,valid_from,valid_to,successors
990000,闽海省,province,,,,
990100,临江市,3,990000,,,
990102,城东区,,,2021-01-01,,
990121,江口县,county,,,2021-01-01,990102
990102001,望江街道,,,,,
990102001001,前进社区,village,,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_invented_province_loads_by_the_same_door(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(DIVISIONS, encoding=encoding)
    loaded = load_divisions(path, actor=system_actor(), at=AT)
    assert (loaded.created, loaded.updated) == (6, 0)
    assert division_path("990102001001") == "闽海省 临江市 城东区 望江街道 前进社区"
    assert division("990102001").short_name == "望江"
    assert [row.code for row in resolve_division("990121", on=date(2022, 1, 1))] == ["990102"]
    assert [row.code for row in divisions_in("990102")] == [
        "990102",
        "990102001",
        "990102001001",
    ]
    path.write_text(DIVISIONS.replace("望江街道", "临水街道"), encoding=encoding)
    assert load_divisions(path, actor=system_actor(), at=AT).updated == 6
    assert division("990102001").name == "临水街道"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("990100,", "99010,", r"row 2, code: 99010 has not 6, 9 or 12 digits"),
        ("临江市", "", r"row 2, name: it is empty"),
        (",3,", ",9,", r"row 2, level: 9 is none of"),
        ("3,990000", "3,980000", r"row 2, parent: 980000 is neither in the file"),
        ("3,990000", "3,990102", r"row 2, parent: 990102 is not on a higher level"),
        ("2021-01-01,,", "01.01.2021,,", r"row 3, valid_from: 01.01.2021 is not a date"),
        ("2021-01-01,,", "2021-01-01,2020-01-01,", r"row 3, valid_to: 2020-01-01 is not after"),
        ("01,990102", "01,990199", r"row 4, successors: 990199 is neither"),
    ],
)
def test_one_wrong_row_is_named_and_nothing_is_taken_over(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(DIVISIONS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RowInvalid, match=sentence):
        load_divisions(path, actor=system_actor(), at=AT)
    assert Division.objects.count() == 0


def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    with pytest.raises(FileUnreadable, match=r"divisions\.csv"):
        load_divisions(path, actor=system_actor(), at=AT)
    path.write_bytes(b"PK\x03\x04\x00\xff\xfe\xff\xff")
    with pytest.raises(FileUnreadable, match="neither UTF-8 nor GBK"):
        load_divisions(path, actor=system_actor(), at=AT)
    path.write_text("code,title\n1,2\n", encoding="utf-8")
    with pytest.raises(ColumnsMissing, match="name, level, parent"):
        load_divisions(path, actor=system_actor(), at=AT)
    with pytest.raises(RoleMissing):
        load_divisions(path, actor=factories.make_officer(), at=AT)


def test_rows_made_in_code_load_too() -> None:
    rows = [DivisionRow("990000", "闽海省", 2), DivisionRow("990100", "临江市", 3)]
    assert load_divisions(rows, actor=system_actor(), at=AT).created == 2


ORGANISATIONS = """name,short_name,credit_code,division,kind,duties
临江市水利局,市水利局,{0},990100,department,water;floods
临江市人民政府,,{1},990100,government,
"""


def organisations_file(tmp_path: Path, text: str = ORGANISATIONS) -> Path:
    factories.make_division("990100")
    path = tmp_path / "organisations.csv"
    codes = [factories.make_credit_code(1000 + number) for number in range(2)]
    path.write_text(text.format(*codes), encoding="utf-8")
    return path


def test_organisations_are_found_by_duty_at_the_nearest_level(tmp_path: Path) -> None:
    loaded = load_organisations(organisations_file(tmp_path), actor=system_actor(), at=AT)
    assert (loaded.created, loaded.updated) == (2, 0)
    county = factories.make_organisation("990102", duties=("roads",))
    names = [row.name for row in organisations_with_duty("water", "990102")]
    assert names == ["临江市水利局"]  # the county has none
    assert organisations_with_duty("roads", "990102001") == [county]
    assert organisations_with_duty("roads", "990100") == []
    assert Organisation.objects.get(kind="government").duties == []
    again = load_organisations(organisations_file(tmp_path), actor=system_actor(), at=AT)
    assert (again.created, again.updated) == (0, 2)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{0}", "91350000000000000X", "row 1, credit_code: 91350000000000000X: the check"),
        ("{1},990100", "{1},990199", "row 2, division: there is no division 990199"),
        ("临江市人民政府", "", "row 2, name: it is empty"),
    ],
)
def test_a_wrong_organisation_is_named_and_none_is_kept(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = organisations_file(tmp_path, ORGANISATIONS.replace(old, new, 1))
    with pytest.raises(RowInvalid, match=sentence):
        load_organisations(path, actor=system_actor(), at=AT)
    assert Organisation.objects.count() == 0


OFFICERS = """username,display_name,role,organisation,mobile
chen,陈立,handler,{0},13800001234
chen,陈立,clerk,{0},
lin,林悦,audit_admin,{0},
"""


def test_officers_are_loaded_with_their_posts(tmp_path: Path) -> None:
    home = factories.make_organisation("990100")
    path = tmp_path / "officers.csv"
    path.write_text(OFFICERS.format(home.credit_code), encoding="utf-8")
    loaded = load_officers(path, actor=system_actor(), at=AT)
    assert (loaded.created, loaded.total) == (2, 3)
    chen = User.objects.get(username="chen")
    assert chen.is_officer
    assert chen.mobile == "13800001234"
    assert not chen.has_usable_password()
    assert {post.role for post in appointments_of(chen)} == {"handler", "clerk"}
    assert load_officers(path, actor=system_actor(), at=AT).created == 0
    assert Appointment.objects.count() == 3


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("audit_admin", "king", "row 3, role: king is none of"),
        ("clerk,{0}", "clerk,nothing", "row 2, organisation: there is no organisation nothing"),
        ("clerk", "system_admin", "row 2, username: 陈立 is handling officer and cannot also be"),
    ],
)
def test_a_wrong_officer_is_named_and_none_is_kept(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    home = factories.make_organisation("990100")
    path = tmp_path / "officers.csv"
    path.write_text(OFFICERS.replace(old, new, 1).format(home.credit_code), encoding="utf-8")
    with pytest.raises(RowInvalid, match=sentence):
        load_officers(path, actor=system_actor(), at=AT)
    assert Appointment.objects.count() == 0
    assert not User.objects.filter(username="chen").exists()


def test_the_error_of_a_role_that_is_not_given_by_hand() -> None:
    home = factories.make_organisation()
    with pytest.raises(RoleUnknown, match="system"):
        factories.make_appointment(factories.make_user(), "system", home)

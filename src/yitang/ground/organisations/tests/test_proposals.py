"""An organisation nobody knows: who proposes it, who founds it, and what is said if not."""

from __future__ import annotations

import pytest

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import (
    Organisation,
    confirm_organisation,
    organisation_by_credit_code,
    proposal_for,
    proposals,
    proposals_named,
    propose_organisation,
    refuse_organisation,
)
from yitang.ground.organisations.errors import (
    CreditCodeWrong,
    OrganisationKnown,
    ProposalDecided,
    ProposalNameless,
    ProposalUnknown,
    ReasonMissing,
)
from yitang.ground.organisations.rules import PROVISIONAL

from .factories import AT, make_credit_code, make_division, make_officer, make_organisation

pytestmark = pytest.mark.django_db


def test_who_may_found_gives_a_proposed_department_its_code() -> None:
    officer = make_officer("data_officer", organisation=make_organisation("350102"))
    administrator = make_officer("system_admin")
    row = propose_organisation(
        name=" 石桥市 城建档案馆 ", division_code="350102", actor=officer, at=AT, found_in="p.json"
    )
    assert (row.name, row.state) == ("石桥市 城建档案馆", "proposed")
    again = propose_organisation(name=row.name, division_code="350102", actor=officer, at=AT)
    assert again == row
    with pytest.raises(NotAllowed):
        confirm_organisation(proposal=row, actor=officer, at=AT)
    with pytest.raises(CreditCodeWrong):
        confirm_organisation(proposal=row, actor=administrator, at=AT, credit_code="12")
    code = make_credit_code(990_001)
    made = confirm_organisation(proposal=row, actor=administrator, at=AT, credit_code=code.lower())
    assert organisation_by_credit_code(code) == made
    assert (made.name, made.kind) == (row.name, "department")
    with pytest.raises(ProposalDecided):
        refuse_organisation(proposal=row, actor=administrator, at=AT, note="zu spät")
    with pytest.raises(OrganisationKnown):
        propose_organisation(name=row.name, division_code="350102", actor=officer, at=AT)


def test_without_a_code_it_is_provisional_and_a_refusal_says_why() -> None:
    officer = make_officer("data_officer")
    administrator = make_officer("system_admin")
    first, second = (
        propose_organisation(name=name, division_code="350102", actor=officer, at=AT)
        for name in ("河长办", "不存在的局")
    )
    made = confirm_organisation(proposal=first, actor=administrator, at=AT)
    assert made.kind == PROVISIONAL
    with pytest.raises(ReasonMissing):
        refuse_organisation(proposal=second, actor=administrator, at=AT, note=" ")
    refuse_organisation(proposal=second, actor=administrator, at=AT, note="已并入住建局")
    assert not Organisation.objects.filter(name="不存在的局").exists()
    seen = proposals_named(officer, ["河长办", "不存在的局", "其他"])
    assert {name: row.state for name, row in seen.items()} == {
        "河长办": "confirmed",
        "不存在的局": "refused",
    }
    assert seen["不存在的局"].note == "已并入住建局"


def test_one_proposes_in_ones_own_division_and_sees_what_ones_office_proposed() -> None:
    make_division("350203")
    office = make_organisation("350102")
    officer = make_officer("data_officer", organisation=office)
    colleague = make_officer("data_officer", organisation=office)
    stranger = make_officer("data_officer", organisation=make_organisation("350203"))
    with pytest.raises(NotAllowed):
        propose_organisation(name="海洋局", division_code="350203", actor=officer, at=AT)
    with pytest.raises(NotAllowed):
        propose_organisation(
            name="海洋局", division_code="350102", actor=make_officer("clerk"), at=AT
        )
    with pytest.raises(ProposalNameless):
        propose_organisation(name="局", division_code="350102", actor=officer, at=AT)
    row = propose_organisation(name="海洋局", division_code="350102", actor=officer, at=AT)
    assert proposals(officer) == proposals(colleague) == [row]
    assert proposals(make_officer("system_admin"), state="proposed") == [row]
    assert proposals(stranger) == []
    with pytest.raises(ProposalUnknown):
        proposal_for(stranger, row.public_id)

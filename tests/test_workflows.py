"""Every workflow of every room: each state × verb declared and done, or refused; drawn in docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from yitang.ground.casework.api import Workflow, workflows
from yitang.ground.casework.tests.factories import wrong_pairs
from yitang.ground.organisations.rules import reaches_of
from yitang.site.commands.cases import workflow_pages

DRAWN = Path(__file__).parents[1] / "docs" / "workflows"


def newest() -> list[Workflow]:
    """The newest version of each: cases are opened with no other."""
    return list({workflow.name: workflow for workflow in workflows()}.values())


@pytest.mark.django_db
@pytest.mark.parametrize("workflow", newest(), ids=lambda workflow: workflow.name)
def test_every_state_and_verb_is_declared_and_done_or_refused(workflow: Workflow) -> None:
    assert wrong_pairs(workflow) == []


@pytest.mark.parametrize("workflow", workflows(), ids=lambda workflow: workflow.name)
def test_every_move_needs_a_permission_that_somebody_has(workflow: Workflow) -> None:
    needed = {transition.permission for transition in workflow.transitions}
    for permission in needed | {workflow.view, workflow.manage}:
        assert reaches_of(permission)


def test_the_drawn_workflows_are_those_of_the_code() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in DRAWN.glob("*.md")}
    assert drawn == workflow_pages(), "run `yitang cases draw` and commit what it wrote"

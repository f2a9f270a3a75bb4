from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from yitang.ground.casework.tests.factories import AT, EMERGENCY, make_case, registered
from yitang.site.commands.main import main


@pytest.mark.django_db
def test_supervision_tells_and_a_second_time_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with registered(EMERGENCY), time_machine.travel(AT + timedelta(hours=3), tick=False):
        make_case(EMERGENCY.name)
        assert main(["cases", "supervise", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "soon_late": 0, "late": 1, "standing": {"soon_late": 0, "late": 1},
        }  # fmt: skip
        main(["cases", "supervise"])
        said = capsys.readouterr().out
        assert "0 cases are soon late, 0 are late: told." in said
        assert "In all 0 are soon late and 1 late now." in said
        assert main(["cases", "recompute", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"moved": 0}


def test_workflows_are_drawn_and_drift_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "draw", str(tmp_path)]) == 0
    assert main(["cases", "draw", str(tmp_path), "--check"]) == 0
    (tmp_path / "hotline.appeal.md").write_text("old", encoding="utf-8")
    (tmp_path / "gone.md").write_text("old", encoding="utf-8")
    capsys.readouterr()
    assert main(["cases", "draw", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().out
    assert "hotline.appeal.md differs" in said
    assert "gone.md differs" in said

"""What every file of the project keeps to: no addresses in locks, no paths of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = [
    "requirements/dev.lock",
    "requirements/bench.lock",
    "requirements/spark.lock",
    "requirements/ckan.lock",
    "frontend/package-lock.json",
]


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "sha256:" in text or "sha512-" in text


def test_the_lock_answers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    locked = dict(
        re.findall(
            r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)",
            (ROOT / "requirements/dev.lock").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wrong = [
        text
        for text in wanted
        if not (requirement := Requirement(text)).specifier.contains(
            locked.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
        or canonicalize_name(requirement.name) not in locked
    ]
    assert wrong == [], "run `make lock`"


def test_no_file_names_a_path_of_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    pattern = re.compile(r"(?<![\w.$}])/(?:root|home/\w+|Users/\w+)/")
    wrong = []
    for name in filter(None, listed.stdout.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        if pattern.search(text) and not name.endswith("test_project_files.py"):
            wrong.append(name)
    assert wrong == []

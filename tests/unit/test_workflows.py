"""What the workflows of the repository run, and what they may do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github" / "workflows").glob("*.yml"))
BY_NAME = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda one: str(one.stem))


def read(workflow: Path) -> Any:
    """A workflow. YAML 1.1 takes the key `on` for true."""
    return yaml.safe_load(workflow.read_text(encoding="utf-8"))


@BY_NAME
def test_actions_are_named_by_a_commit_that_nobody_can_move(workflow: Path) -> None:
    used = re.findall(r"\buses: *(.*)", workflow.read_text(encoding="utf-8"))
    assert used
    # The version behind it is for people, and Dependabot keeps both.
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


@BY_NAME
def test_a_workflow_may_read_and_what_more_a_job_may_do_is_for_releases(workflow: Path) -> None:
    told = read(workflow)
    assert told["permissions"] == {"contents": "read"}
    may_more = {name for name, job in told["jobs"].items() if "permissions" in job}
    assert may_more == ({"build", "publish"} if workflow.stem == "release" else set())


def test_a_release_is_made_of_a_pushed_tag_and_published_when_a_person_approves() -> None:
    told = read(next(one for one in WORKFLOWS if one.stem == "release"))
    assert told[True] == {"push": {"tags": ["v*"]}}
    assert told["jobs"]["publish"]["environment"] == "release"

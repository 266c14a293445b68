"""What the command needs and what it can do: it only reads."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from opensearch_packages_cli import errors
from tests.unit.cli.world import Account
from tests.unit.test_docs import ROOT, blocks

LIBRARY = ROOT / "constructs" / "cdk_opensearch_packages"
POLICY = json.loads(errors.POLICY.read_text())


def test_policy_allows_what_the_command_calls_and_nothing_that_writes(account: Account) -> None:
    for logical_id in ("Words", "Words" * 20):
        account.resource(account.of_stack(logical_id.lower(), logical_id=logical_id), logical_id=logical_id)
    assert account.run() == 0
    assert account.calls.keys() - {"GetCallerIdentity"} == errors.ACTIONS.keys()  # that one needs no permission
    allowed = [action for statement in POLICY["Statement"] for action in statement["Action"]]
    assert sorted(allowed) == sorted(errors.ACTIONS.values())
    assert all(one.split(":")[1].startswith(("Describe", "List")) for one in allowed)


def test_guide_shows_the_policy() -> None:
    shown = [json.loads(code) for language, code in blocks(ROOT / "docs" / "inventory.md") if language == "json"]
    assert POLICY in shown


def test_command_starts_without_the_cdk_and_the_cdk_without_the_command() -> None:
    loaded = "import sys, opensearch_packages_cli.command; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603
    assert not {"aws_cdk", "jsii", "cdk_opensearch_packages", "lambda_handler"} & set(done.stdout.split())
    assert not {"boto3", "botocore", "rich", "opensearch_packages_cli"} & imported(LIBRARY)


def imported(folder: Path) -> set[str]:
    """The packages that a folder's modules import."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found

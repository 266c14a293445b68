"""Each example is an app, or a template, without mistakes."""

from __future__ import annotations

from pathlib import Path

import cfnlint.api
import pytest
from aws_cdk import App

from tests.release.test_app import LINT
from tests.support.cfn_lint import linted
from tests.support.examples import APPS, CONTEXT, FOLDER, copy_of_the_folder, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_folder(tmp_path_factory.mktemp("reader"))


@pytest.mark.parametrize("name", APPS)
def test_an_app_synthesizes_what_cfn_lint_likes(folder: Path, tmp_path: Path, name: str) -> None:
    apps: list[App] = []

    def app() -> App:
        apps.append(App(outdir=str(tmp_path), context=CONTEXT, analytics_reporting=False))
        return apps[-1]

    run(folder, name, app)
    assert len(apps) == 1
    templates = list(tmp_path.glob("*.template.json"))
    assert templates, "it synthesizes by itself"
    for template in templates:
        assert [str(one) for one in cfnlint.api.lint(template.read_text(), config=LINT)] == []


@pytest.mark.parametrize("template", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_a_template_is_what_cfn_lint_likes(template: Path) -> None:
    assert linted(template.read_text()) == []


def test_each_example_is_in_the_list_of_examples() -> None:
    listed = (FOLDER / "README.md").read_text()
    missing = [name for name in (*APPS, "plain_cloudformation.yaml") if f"| [{name}]({name}) |" not in listed]
    assert missing == []

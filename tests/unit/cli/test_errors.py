"""What the command says when it cannot do its work: one sentence, and exit code 2."""

from __future__ import annotations

import builtins
import os
from typing import Any

import pytest

from opensearch_packages_cli import __main__, command
from opensearch_packages_cli.service import connect
from tests.unit.cli.world import Account


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any AWS."""
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.mark.parametrize(
    ("operation", "code", "sentence"),
    [
        ("DescribePackages", "AccessDeniedException", "es:DescribePackages is denied; a policy that allows it is /"),
        (
            "ListDomainsForPackage",
            "AccessDeniedException",
            "es:ListDomainsForPackage is denied; a policy that allows it is /",
        ),
        (
            "DescribeStackResource",
            "AccessDenied",
            "cloudformation:DescribeStackResource is denied; a policy that allows it is /",
        ),
        ("DescribePackages", "ThrottlingException", "AWS throttles es:DescribePackages, also after retries"),
        ("GetCallerIdentity", "ExpiredToken", "AWS refuses the credentials; sign in (`aws sso login`"),
        ("DescribePackages", "InternalException", "es:DescribePackages failed. AWS says: InternalException"),
    ],
)
def test_call_that_fails_is_named_with_what_to_do(
    account: Account, capsys: pytest.CaptureFixture[str], operation: str, code: str, sentence: str
) -> None:
    account.of_stack("synonyms")
    account.denied = (operation, code)
    assert account.run("--json") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(sentence)
    assert err.endswith("AWS's own words\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "No Region is set; name one with --region, or in AWS_DEFAULT_REGION"),
        (["--region", "eu-west-1"], "Unable to locate credentials; sign in (`aws sso login`, `aws configure`)"),
        (["--profile", "nobodys"], "The config profile (nobodys) could not be found"),
    ],
)
def test_what_the_environment_lacks_is_said(
    elsewhere: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert command.run(["list", *options]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_calls_are_retried_in_botocores_standard_mode(elsewhere: pytest.MonkeyPatch) -> None:
    aws = connect(None, "eu-west-1")
    for client in (aws.opensearch, aws.cloudformation, aws.sts):
        retries: Any = client.meta.config.retries  # type: ignore[attr-defined]
        assert retries == {"mode": "standard", "total_max_attempts": 6}


def test_without_the_extra_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = builtins.__import__

    def missing(name: str, *rest: Any, **named: Any) -> Any:
        if name == "opensearch_packages_cli":
            raise ModuleNotFoundError("No module named 'rich'", name="rich")
        return original(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert __main__.main() == 2
    assert capsys.readouterr().err == "rich is not installed: pip install 'cdk-opensearch-packages[cli]'\n"


def test_error_that_nobody_expects_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(_arguments: Any) -> int:
        raise KeyError("oops")

    monkeypatch.setattr(command, "run", crash)
    assert __main__.main() == 2
    assert "KeyError: 'oops'" in capsys.readouterr().err

"""What the command says, and with which exit code it ends, when its output cannot be written."""

from __future__ import annotations

import os

import pytest

from tests.unit.cli.world import Account

FORMATS = pytest.mark.parametrize("options", [(), ("--json",)])


def test_exit_codes_are_the_answer_also_where_nobody_reads_on(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account.of_stack("orphan")
    for options, code in (((), 0), (("--json",), 0), (("--orphans",), 1), (("--json", "--orphans"), 1)):
        assert run_into(unread_pipe(), account, monkeypatch, *options) == code
    assert capsys.readouterr().err == ""


@FORMATS
def test_output_that_cannot_be_written_is_an_error_and_no_finding(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    account.by_hand("words")
    assert run_into(os.open("/dev/full", os.O_WRONLY), account, monkeypatch, *options) == 2
    assert capsys.readouterr().err == "The output could not be written: No space left on device\n"


def unread_pipe() -> int:
    """What to write to, where the reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def run_into(descriptor: int, account: Account, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """Run the command with its output going there, and close that as Python does when it exits."""
    with open(descriptor, "w", encoding="utf-8") as file, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", file)
        return account.run(*options)

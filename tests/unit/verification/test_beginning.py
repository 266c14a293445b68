"""What a run refuses before it begins: nothing is made then."""

from __future__ import annotations

import builtins
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from local_aws.processes import run
from verification import __main__ as command
from verification.account import Account, RefusedError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("number", ["nan", "inf", "0", "-1", "much"])
@pytest.mark.parametrize("option", ["--pace", "--minutes"])
def test_a_number_that_bounds_nothing_is_refused(option: str, number: str) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main([option, number])
    assert refused.value.code == 2


@pytest.mark.parametrize(
    ("host", "pace", "is_refused"),
    [
        ("es.eu-west-1.amazonaws.com", 1.0, False),
        ("es.eu-west-1.amazonaws.com", 0.99, True),
        ("proxy.shop.example", 0.05, True),
        ("localhost.shop.example", 0.05, True),
        ("127.0.0.1", 0.05, False),
    ],
)
def test_aws_is_never_called_faster_than_promised(host: str, pace: float, is_refused: bool) -> None:
    account = Account("123456789012", "eu-west-1", {}, host=host)
    if not is_refused:
        command._check_pace(pace, account)
        return
    with pytest.raises(RefusedError, match="PACE"):
        command._check_pace(pace, account)


@pytest.mark.parametrize(
    ("host", "is_aws"),
    [
        ("es.eu-west-1.amazonaws.com", True),
        ("es.cn-north-1.amazonaws.com.cn", True),
        ("amazonaws.com.shop.example", False),
        ("127.0.0.1", False),
    ],
)
def test_what_is_not_aws_is_not_taken_for_it(host: str, is_aws: bool) -> None:
    assert Account("123456789012", "eu-west-1", {}, host=host).is_aws is is_aws


def test_no_file_that_is_there_is_replaced_by_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.new").write_text("precious")
    for path in (tmp_path / "notes.new", tmp_path / "notes.json", tmp_path / "nowhere" / "report.json"):
        assert command.main(["--yes", "--write", str(path)]) == 2
        assert "Nothing has been made." in capsys.readouterr().err
    assert (tmp_path / "notes.new").read_text() == "precious"


@pytest.mark.parametrize(("says", "agreed"), [("yes", True), ("y", False), ("", False), (None, False)])
def test_only_a_yes_is_one(monkeypatch: pytest.MonkeyPatch, says: str | None, agreed: bool) -> None:
    def answered(prompt: str) -> str:
        if says is None:
            raise EOFError
        return says

    monkeypatch.setattr(builtins, "input", answered)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert command._agreed() is agreed


@pytest.mark.parametrize(
    ("variables", "agreed"), [(["YES=1"], True), (["YES=0"], False), (["YES=no"], False), ([], False)]
)
def test_make_takes_only_1_for_a_yes(variables: list[str], agreed: bool) -> None:
    done = run(["make", "--dry-run", "verify-aws", *variables], {"PATH": "/usr/bin:/bin"}, cwd=ROOT)
    assert ("--yes" in done.stdout) is agreed, done.stdout


def test_a_second_signal_does_not_interrupt_the_removal(capfd: pytest.CaptureFixture[str]) -> None:
    before: dict[Any, Any] = {each: signal.getsignal(each) for each in command.SIGNALS}
    try:
        with pytest.raises(KeyboardInterrupt):
            command._interrupt(signal.SIGHUP, None)
        assert {signal.getsignal(each) for each in command.SIGNALS} == {signal.SIG_IGN}
        assert "being removed" in capfd.readouterr().err
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

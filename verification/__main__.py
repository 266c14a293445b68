"""`make verify-aws`: python -m verification.

Exit codes: 0 all questions were asked; 1 something could not be removed; 2 it cannot begin, an action is denied, or
the report cannot be written; 130 it was interrupted.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from verification.account import Account, RefusedError, connect
from verification.calls import Calls, DeniedError, Pace, SystemClock
from verification.cleaning import Cleaner
from verification.lab import Lab
from verification.ours import bucket_of
from verification.plan import Plan
from verification.preflight import WHAT_IS_NEEDED, Preflight
from verification.questions import load
from verification.redaction import Redaction
from verification.report import Report
from verification.run import LeftBehindError, Run

LEFT_BEHIND, REFUSED, INTERRUPTED = 1, 2, 130
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str] | None = None) -> int:
    """Ask, or read an older report. Gives the exit code. Whoever calls it decides what a signal does."""
    wanted = _parser().parse_args(arguments)
    if wanted.read:
        return _read(wanted.read)
    try:
        return _verify(wanted)
    except RefusedError as refusal:
        print(f"{refusal}\nNothing has been made.", file=sys.stderr)
        return REFUSED
    except (DeniedError, ClientError, BotoCoreError) as error:
        print(f"{error}\nWhat had been made is removed.\n{WHAT_IS_NEEDED}", file=sys.stderr)
        return REFUSED
    except LeftBehindError as error:
        print(f"Could not be removed, and is left:\n{error}\nThe next run tries again.", file=sys.stderr)
        if error.__context__:
            print(f"Before that: {error.__context__}", file=sys.stderr)
        return LEFT_BEHIND
    except OSError as error:
        print(f"The report cannot be written: {error}\nWhat had been made is removed.", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Interrupted. What had been made is removed.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m verification", description=__doc__)
    parser.add_argument("--profile", help="of the AWS CLI's configuration")
    parser.add_argument("--region")
    parser.add_argument("--domain", default="", help="an existing domain; without it some questions stay open")
    parser.add_argument("--key", default="", help="the ARN of a customer managed key by which the caller may decrypt")
    parser.add_argument("--yes", action="store_true", help="do not ask whether to begin")
    parser.add_argument("--minutes", type=_positive, default=240.0, help="no question is asked after that time (240)")
    parser.add_argument("--write", type=Path, help="where the report goes; by default verify-aws-<time>.json here")
    parser.add_argument("--read", type=Path, help="an older report, to print its table")
    parser.add_argument("--pace", type=_positive, default=1.0, help="how long to wait, in times of what AWS needs (1)")
    return parser


def _verify(wanted: argparse.Namespace) -> int:
    path = wanted.write or Path(f"verify-aws-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
    _check_path(path)
    account = connect(wanted.profile, wanted.region)
    _check_pace(wanted.pace, account)
    bucket, questions, clock = bucket_of(account.account_id, account.region), load(), SystemClock()
    hidden = {bucket: "<bucket>", wanted.domain: "<domain>", wanted.key: "<key>"}
    redaction = Redaction(account.account_id, hidden | dict.fromkeys(account.secrets, "<secret>"))
    calls = Calls(account.clients, clock, Pace().times(wanted.pace), redaction, account.account_id)
    cleaner = Cleaner(calls, bucket)
    preflight = Preflight(calls, cleaner, wanted.domain, account.region)
    found = preflight.look()
    remains, minutes = found.remains, wanted.minutes
    print(Plan(account, bucket, wanted.domain, wanted.key, questions, remains, path, minutes), flush=True)
    if not wanted.yes and not _agreed():
        raise RefusedError("It was not agreed to. Say YES=1 where nobody is there to ask.")
    preflight.try_writes()
    report = Report.begin(path, account.region, clock.now(), found.domain, is_aws=account.is_aws)
    lab = Lab(calls, bucket, secrets.token_hex(2), domain=wanted.domain, key=wanted.key)
    until = time.time() + 60 * wanted.minutes
    Run(lab, cleaner, report, account.region, questions, until, tell=_tell)()
    _tell(f"\n{report.table(questions)}\n\nNothing is left of what was made. The report is {path}.")
    return 0


def _check_path(path: Path) -> None:
    """Raises `RefusedError` where a report cannot be written, or something is there that it would replace."""
    for one in (path, path.with_suffix(".new")):
        if one.exists():
            raise RefusedError(f"{one} is there already. Say WRITE=<another file>.")
    if not os.access(path.parent, os.W_OK):
        raise RefusedError(f"The report cannot be written into {path.parent}. Say WRITE=<another file>.")


def _check_pace(pace: float, account: Account) -> None:
    """Raises `RefusedError` for a pace that would call AWS faster than is promised."""
    if pace < 1 and not account.is_local:
        raise RefusedError(f"PACE={pace:g} is for a local AWS. On AWS it is 1 at least, which is four calls a second.")


def _read(path: Path) -> int:
    try:
        print(Report.read(path).table(load()))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except (LookupError, TypeError, AttributeError) as error:
        print(f"{path} is not a whole report of `make verify-aws`: {error!r}", file=sys.stderr)
        return REFUSED
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input("Begin? Type yes: ").strip().lower() == "yes"
    except EOFError:
        return False


def _positive(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _tell(text: str) -> None:
    with suppress(OSError):  # nobody may be reading any more
        print(text, flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once only: a second signal must not interrupt the cleaning up.
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    # Not with print, which the signal may just have interrupted, and which fails when the terminal has gone.
    with suppress(OSError):
        os.write(2, b"\nInterrupted: what has been made is being removed, which may take minutes. Do not stop this.\n")
    raise KeyboardInterrupt


if __name__ == "__main__":
    for each in SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(each, _interrupt)
    sys.exit(main())

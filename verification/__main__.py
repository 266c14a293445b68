"""`make verify-aws`: python -m verification.

Exit codes: 0 all questions were asked; 1 something could not be removed; 2 it cannot begin, or an action is denied;
130 it was interrupted.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from verification.account import RefusedError, connect
from verification.calls import Calls, DeniedError, Pace, SystemClock
from verification.cleaning import Cleaner
from verification.lab import Lab
from verification.ours import PREFIX, bucket_of
from verification.plan import Plan
from verification.preflight import WHAT_IS_NEEDED, Preflight
from verification.questions import load
from verification.redaction import Redaction
from verification.report import Report
from verification.run import LeftBehindError, Run

LEFT_BEHIND, REFUSED, INTERRUPTED = 1, 2, 130


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
    parser.add_argument("--minutes", type=float, default=240.0, help="no question is asked after that time (240)")
    parser.add_argument("--write", type=Path, help="where the report goes; by default verify-aws-<time>.json here")
    parser.add_argument("--read", type=Path, help="an older report, to print its table")
    parser.add_argument("--pace", type=float, default=1.0, help="how long to wait, in times of what AWS needs (1.0)")
    return parser


def _verify(wanted: argparse.Namespace) -> int:
    account = connect(wanted.profile, wanted.region)
    bucket, questions, clock = bucket_of(account.account_id, account.region), load(), SystemClock()
    hidden = {bucket: "<bucket>", wanted.domain: "<domain>", wanted.key: "<key>"}
    redaction = Redaction(account.account_id, hidden | dict.fromkeys(account.secrets, "<secret>"), PREFIX)
    calls = Calls(account.clients, clock, Pace().times(wanted.pace), redaction)
    cleaner = Cleaner(calls, bucket)
    preflight = Preflight(calls, cleaner, wanted.domain, account.region)
    found = preflight.look()
    path = wanted.write or Path(f"verify-aws-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
    remains, minutes = found.remains, wanted.minutes
    print(Plan(account, bucket, wanted.domain, wanted.key, questions, remains, path, minutes), flush=True)
    if not wanted.yes and not _agreed():
        raise RefusedError("It was not agreed to. Say YES=1 where nobody is there to ask.")
    preflight.try_writes()
    report = Report.begin(path, account.region, clock.now(), found.domain)
    lab = Lab(calls, bucket, secrets.token_hex(2), domain=wanted.domain, key=wanted.key)
    until = time.time() + 60 * wanted.minutes
    Run(lab, cleaner, report, account.region, questions, until, tell=_tell)()
    print(f"\n{report.table(questions)}\n\nNothing is left of what was made. The report is {path}.")
    return 0


def _read(path: Path) -> int:
    try:
        print(Report.read(path).table(load()))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Begin? Type yes: ").strip().lower() == "yes"


def _tell(text: str) -> None:
    print(text, flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once only: a second signal must not interrupt the cleaning up.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    print("\nInterrupted: what has been made is being removed, which may take minutes. Do not stop this.", flush=True)
    raise KeyboardInterrupt


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _interrupt)
    sys.exit(main())

"""python -m local_aws up | down | story."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from local_aws.access import OWNER_ONLY_FOLDER, write_private
from local_aws.machine import ACCOUNT, REGION, ROOT, LocalAws, LocalAwsError, cdk, run
from local_aws.packages import seen
from local_aws.story import tell

STATE = ROOT / ".local-aws"
PORT = 4566
# Variables of the real AWS that would win over those that point at the local one.
UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
# Stands in for what is shown on no terminal.
HIDDEN = "(a secret, in the file only)"
# Holds the process id of the local AWS that was bootstrapped.
BOOTSTRAPPED, LOCK = "bootstrapped", "up.lock"


def main() -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_aws", description="An AWS for one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up_command = commands.add_parser("up", help="start one in the background, bootstrapped for the CDK")
    up_command.add_argument("--like", type=Path, help="a report of `make verify-aws`: behave like what was seen there")
    up_command.add_argument("--port", type=int, help=f"where it listens on loopback; {PORT} by default")
    commands.add_parser("down", help="stop it")
    commands.add_parser("story", help="deploy app.py, change its dictionary, destroy it")
    arguments = parser.parse_args()
    if arguments.command == "up":
        return up(arguments.port, arguments.like)
    return down() if arguments.command == "down" else tell()


def up(port: int | None = None, like: Path | None = None) -> int:
    """Start one in the background, unless one is ready, and say how to reach it. The exit code says whether it is.

    With a report of `make verify-aws` it behaves like what was seen there.
    """
    try:
        if like:
            seen.read_fields(like)
            os.environ[seen.VARIABLE] = str(like.resolve())
        with _alone():
            aws = _ready(port, like) or _start(PORT if port is None else port)
    except (LocalAwsError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    _say_how_to_use(aws)
    return 0


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Nobody else starts or stops the same local AWS meanwhile. The lock ends with the process, however that ends."""
    STATE.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    with (STATE / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalAwsError("Another `make local-up` is starting a local AWS. Try again when it is done.") from None
        yield


def _ready(port: int | None, like: Path | None) -> LocalAws | None:
    """The local AWS that runs and is bootstrapped, or `None`. One that is not, because its start was cut, is stopped.

    Raises:
        LocalAwsError: it runs at another port than the one that is asked for, or is to behave like a report.
    """
    aws = LocalAws.running(STATE)
    if aws is None:
        return None
    if not _is_bootstrapped(aws):
        print("The local AWS that runs was not set up to the end: it is started anew.")
        aws.stop()
        return None
    if like:
        raise LocalAwsError(
            "A local AWS is running already. Stop it with `make local-down` to start one like a report."
        )
    if port and port != aws.port:
        raise LocalAwsError(
            f"A local AWS is running already, at port {aws.port}. Stop it with `make local-down` to start one at "
            f"port {port}."
        )
    return aws


def _is_bootstrapped(aws: LocalAws) -> bool:
    try:
        return (STATE / BOOTSTRAPPED).read_text(encoding="utf-8") == str(aws.pid)
    except OSError:
        return False


def _start(port: int) -> LocalAws:
    (STATE / BOOTSTRAPPED).unlink(missing_ok=True)
    aws = LocalAws(STATE, port=port, detached=True)
    aws.start()
    try:
        command = cdk("--output", str(STATE / "cdk.out"), "bootstrap", f"aws://{ACCOUNT}/{REGION}")
        done = run(command, aws.full_environment())
        if done.returncode != 0:
            raise LocalAwsError(done.stdout)
        (STATE / BOOTSTRAPPED).write_text(str(aws.pid), encoding="utf-8")
    except BaseException:
        aws.stop()
        raise
    return aws


def _say_how_to_use(aws: LocalAws) -> None:
    tools = ":".join(str(one) for one in (ROOT / ".venv" / "bin", ROOT / "node_modules" / ".bin"))
    lines = [f"unset {' '.join(UNSET)}", f'export PATH="{tools}:$PATH"']
    lines += [f"export {name}={shlex.quote(value)}" for name, value in aws.environment().items()]
    environment = STATE / "env"
    write_private(environment, "\n".join(lines) + "\n")
    shown = "\n".join(f"  {line}" for line in lines)
    for secret in (aws.key.access_key_id, aws.key.secret_access_key):
        shown = shown.replace(shlex.quote(secret), HIDDEN)
    print(f"A local AWS is running at {aws.endpoint} (process {aws.pid}). Point the AWS CLI and the CDK at it with")
    print(f"\n  . {_shown(environment)}\n\nwhich says:\n")
    print(shown)
    print(f"\nIts log is {_shown(STATE / 'server.log')}. Stop it with `make local-down`.")


def down() -> int:
    """Stop the one that runs in the background."""
    aws = LocalAws.running(STATE)
    if aws is None:
        print("No local AWS is running.")
        return 0
    aws.stop()
    print("The local AWS is stopped.")
    return 0


def _shown(path: Path) -> str:
    """A path as somebody in the checkout would type it."""
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())

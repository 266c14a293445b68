"""python -m local_aws up | down | story."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from local_aws.machine import ACCOUNT, REGION, ROOT, LocalAws, LocalAwsError, cdk, run
from local_aws.story import tell

STATE = ROOT / ".local-aws"
# Variables of the real AWS that would win over those that point at the local one.
UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def main() -> int:
    """Run a command; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_aws", description="An AWS for one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up_command = commands.add_parser("up", help="start one in the background, bootstrapped for the CDK")
    up_command.add_argument("--port", type=int, default=4566)
    commands.add_parser("down", help="stop it")
    commands.add_parser("story", help="deploy app.py, change its dictionary, destroy it")
    arguments = parser.parse_args()
    if arguments.command == "up":
        return up(arguments.port)
    return down() if arguments.command == "down" else tell()


def up(port: int) -> int:
    """Start one in the background and say how to reach it."""
    aws = LocalAws.running(STATE)
    if aws is None:
        aws = LocalAws(STATE, port=port, detached=True)
        try:
            aws.start()
        except LocalAwsError as error:
            print(error, file=sys.stderr)
            return 1
        done = run(
            cdk("--output", str(STATE / "cdk.out"), "bootstrap", f"aws://{ACCOUNT}/{REGION}"), aws.full_environment()
        )
        if done.returncode != 0:
            print(done.stdout, file=sys.stderr)
            aws.stop()
            return 1
    lines = [f"unset {' '.join(UNSET)}"]
    tools = (ROOT / ".venv" / "bin", ROOT / "node_modules" / ".bin")
    lines.append(f'export PATH="{":".join(map(str, tools))}:$PATH"')
    lines += [f"export {name}={shlex.quote(value)}" for name, value in aws.environment().items()]
    environment = STATE / "env"
    environment.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"A local AWS is running at {aws.endpoint} (process {aws.pid}). Point the AWS CLI and the CDK at it with")
    print(f"\n  . {_shown(environment)}\n\nwhich says:\n")
    print("\n".join(f"  {line}" for line in lines))
    print(f"\nIts log is {_shown(STATE / 'server.log')}. Stop it with `make local-down`.")
    return 0


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

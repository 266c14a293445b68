"""The command `opensearch-packages-local up | down | run`, or `python -m local_aws`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from local_aws.background import COMMAND, FOLDER, Background
from local_aws.command import run_command
from local_aws.controls import LocalAwsError
from local_aws.machine import LOG

LAST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    """Run a command on the local AWS of this folder; returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    background = Background(Path.cwd() / FOLDER)
    try:
        if given.command == "up":
            return up(background, given.port, given.like)
        if given.command == "down":
            return down(background)
        program = given.program[1:] if given.program[:1] == ["--"] else given.program
        return run_command(program, background) if program else parser.error("run: which program?")
    except LocalAwsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=f"An AWS on this machine, with its state in the folder {FOLDER} of the current one."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up_command = commands.add_parser("up", help="start one in the background, bootstrapped for the CDK")
    up_command.add_argument("--port", type=_port, help="where it listens on loopback; by default at a free port")
    up_command.add_argument("--like", type=Path, help="a report of `make verify-aws`: behave like what was seen there")
    commands.add_parser("down", help="stop it")
    run = commands.add_parser(
        "run",
        help="run a program on it; where none is up, on one of its own that ends with the program",
        usage=f"{COMMAND} run [--] PROGRAM [ARGUMENT ...]",
    )
    run.add_argument("program", nargs=argparse.REMAINDER, help="the program and its arguments")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: a number from 1 to {LAST_PORT}")
    return int(text)


def up(background: Background, port: int | None = None, like: Path | None = None) -> int:
    """Start one in the background, unless one is ready, and say how to reach it; returns the exit code.

    Raises:
        LocalAwsError: it did not start, or runs otherwise than it is asked for.
    """
    aws = background.up(port, like)
    file, text = background.write_environment(aws)
    print(f"A local AWS is running at {aws.endpoint} (process {aws.pid}). Point the AWS CLI and the CDK at it with")
    print(f"\n  . {_shown(file)}\n\nwhich says:\n")
    print("".join(f"  {line}\n" for line in text.splitlines()))
    print(f"Its log is {_shown(background.state / LOG)}. Stop it with `{COMMAND} down`.")
    return 0


def down(background: Background) -> int:
    """Stop the one that runs in the background; returns the exit code."""
    print("The local AWS is stopped." if background.down() else "No local AWS is running.")
    return 0


def _shown(path: Path) -> str:
    """A path as somebody in this folder would type it."""
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())

"""The command line: `opensearch-packages list`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version

from opensearch_packages_cli import inventory, output
from opensearch_packages_cli.errors import CALL_ERRORS, sentence
from opensearch_packages_cli.exit_codes import ERROR, NOTHING_TO_REPORT, SOMETHING_FOUND
from opensearch_packages_cli.service import Aws, connect

EXIT_CODES = """\
exit codes: 0: listed, or nothing found; 1: --orphans or --lagging has found something; 2: an error
"""


def run(arguments: Sequence[str], connect: Callable[[str | None, str | None], Aws] = connect) -> int:
    """Run a command line.

    Args:
        arguments: what follows the command's name.
        connect: makes the clients for a profile and a Region. Default: with boto3.

    Returns:
        The exit code.

    Raises:
        SystemExit: the arguments are wrong (2), or ask for help (0).
    """
    options = _parser().parse_args(arguments)
    try:
        found = inventory.take(connect(options.profile, options.region), with_others=options.all)
    except CALL_ERRORS as error:
        sys.stderr.write(f"{sentence(error)}\n")
        return ERROR
    is_asked = options.orphans or options.lagging
    if is_asked:
        found = replace(found, packages=[one for one in found.packages if _is_asked_for(one, options)])
    try:
        _write(found, as_json=options.json)
    except OSError as error:
        sys.stderr.write(f"The output could not be written: {error.strerror}\n")
        return ERROR
    return SOMETHING_FOUND if is_asked and found.packages else NOTHING_TO_REPORT


def _write(found: inventory.Inventory, *, as_json: bool) -> None:
    """Write to standard output, as far as it is read: `… | head` is no error."""
    write = output.write_json if as_json else output.write_table
    try:
        write(found, sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        # Python writes what is left when it exits, and would fail again.
        # Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _is_asked_for(package: inventory.Package, options: Namespace) -> bool:
    return bool((options.orphans and package.is_orphan) or (options.lagging and package.is_lagging))


def _parser() -> ArgumentParser:
    parser = ArgumentParser("opensearch-packages", description="Packages of Amazon OpenSearch Service. It only reads.")
    parser.add_argument("--version", action="version", version=version("cdk-opensearch-packages"))
    commands = parser.add_subparsers(required=True, metavar="command")
    listing = commands.add_parser(
        "list",
        help="the packages of the account and Region, whose they are, and the domains that have them",
        description="The packages of the account and Region, whose they are, and the domains that have them.",
        epilog=EXIT_CODES,
    )
    listing.add_argument("--orphans", action="store_true", help="only packages whose resource does not exist any more")
    listing.add_argument("--lagging", action="store_true", help="only packages of which a domain has another version")
    listing.add_argument(
        "--all", action="store_true", help="AWS's own packages too, and those that other accounts lend"
    )
    listing.add_argument("--json", action="store_true", help="JSON instead of a table")
    listing.add_argument("--profile", help="a profile of the AWS configuration (default: AWS_PROFILE)")
    listing.add_argument("--region", help="the Region (default: AWS_DEFAULT_REGION, or that of the profile)")
    return parser

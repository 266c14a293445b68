"""The entry point of `opensearch-packages`, which says what is missing where the extra is not installed."""

from __future__ import annotations

import sys
import traceback

from opensearch_packages_cli.exit_codes import ERROR

OF_THE_EXTRA = ("boto3", "botocore", "rich")


def main() -> int:
    """Run the command line of this process. Returns its exit code."""
    try:
        from opensearch_packages_cli import command  # noqa: PLC0415 - it needs the extra
    except ModuleNotFoundError as missing:
        if missing.name not in OF_THE_EXTRA:
            raise
        sys.stderr.write(f"{missing.name} is not installed: pip install 'cdk-opensearch-packages[cli]'\n")
        return ERROR
    try:
        return command.run(sys.argv[1:])
    except Exception:  # whatever it is: Python would exit with 1, which says that something was found
        traceback.print_exc()
        return ERROR


if __name__ == "__main__":
    sys.exit(main())

"""`python -m release generate`, `function` or `dist`."""

from __future__ import annotations

import sys

from release import archive


def _generate() -> None:
    from release.generated import write  # noqa: PLC0415 - the other commands need none of it

    print("\n".join(write()) or "Everything is as it should be.")


def _function() -> None:
    print(archive.write_function())


def _dist() -> None:
    print("\n".join(map(str, archive.write_distributions())))


_COMMANDS = {"generate": _generate, "function": _function, "dist": _dist}


def main(arguments: list[str]) -> int:
    """Runs one command."""
    if len(arguments) != 1 or arguments[0] not in _COMMANDS:
        print(f"usage: python -m release {'|'.join(_COMMANDS)}", file=sys.stderr)
        return 2
    _COMMANDS[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

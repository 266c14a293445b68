"""`python -m release generate`, `function` or `dist`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from release import archive, generated

_COMMANDS: dict[str, Callable[[], object]] = {
    "generate": lambda: print("\n".join(generated.write()) or "Everything is as it should be."),
    "function": lambda: print(archive.write_function()),
    "dist": lambda: print("\n".join(map(str, archive.write_distributions()))),
}


def main(arguments: list[str]) -> int:
    """Runs one command."""
    if len(arguments) != 1 or arguments[0] not in _COMMANDS:
        print(f"usage: python -m release {'|'.join(_COMMANDS)}", file=sys.stderr)
        return 2
    _COMMANDS[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

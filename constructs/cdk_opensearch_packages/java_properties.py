"""Reads ``.properties`` files as ``java.util.Properties.load`` does.

The rules: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
"""

import re
from collections.abc import Iterator

_BLANKS = " \t\f"
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(u)|(.)|$)", re.DOTALL)
_KEY = re.compile(r"(?:\\.|[^\\=: \t\f])*", re.DOTALL)
_SEPARATOR = re.compile(r"[ \t\f]*[=:]?[ \t\f]*")


def read_properties(content: bytes) -> dict[str, str]:
    r"""Returns the properties. Of a key that stands twice the last value counts.

    Args:
        content: The file, which Java reads as ISO 8859-1.

    Raises:
        ValueError: A ``\u`` is not followed by four hexadecimal digits.
    """
    properties = {}
    for line in _logical_lines(content.decode("latin-1")):
        key = _KEY.match(line)
        end = key.end() if key else 0
        separator = _SEPARATOR.match(line, end)
        properties[_unescaped(line[:end])] = _unescaped(line[separator.end() if separator else end :])
    return properties


def _logical_lines(text: str) -> Iterator[str]:
    """The lines that are neither blank nor comments, each with the lines that it is continued on."""
    logical = ""
    continued = False
    for natural in re.split(r"\r\n|\r|\n", text):
        line = natural.lstrip(_BLANKS)
        if not continued and line[:1] in ("#", "!"):
            continue
        logical += line
        # An even number of them are backslashes, each written as two.
        continued = (len(logical) - len(logical.rstrip("\\"))) % 2 == 1
        if continued:
            logical = logical[:-1]
            continue
        if logical:
            yield logical
        logical = ""
    if logical:
        yield logical


def _unescaped(text: str) -> str:
    def character(escape: re.Match[str]) -> str:
        digits, malformed, plain = escape.groups(default="")
        if malformed:
            raise ValueError("it has a \\u without four hexadecimal digits")
        return chr(int(digits, 16)) if digits else _ESCAPES.get(plain, plain)

    return _ESCAPE.sub(character, text)

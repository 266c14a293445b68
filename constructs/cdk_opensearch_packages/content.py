"""What is in a dictionary or a license, looked at before the service does."""

import codecs
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from xml.parsers import expat

from aws_cdk import Annotations
from constructs import Construct

_CHUNK = 1 << 20
# What git keeps in the place of a large file until the file is fetched.
_POINTERS = {
    b"version https://git-lfs.github.com/spec/": "git lfs pull",
    b"version http://git-media.io/": "git lfs pull",
    b"version https://hawser.github.com/spec/": "git lfs pull",
    b"/annex/objects/": "git annex get",
    b"../.git/annex/objects/": "git annex get",
    b".git/annex/objects/": "git annex get",
}
_HEAD = max(map(len, _POINTERS))


@dataclass(frozen=True)
class Content:
    """The bytes of a source, as far as checks have to know them."""

    size: int
    sha256: str
    head: bytes
    is_utf8: bool
    has_nul: bool

    @property
    def has_byte_order_mark(self) -> bool:
        """Whether it begins with U+FEFF in UTF-8."""
        return self.head.startswith(codecs.BOM_UTF8)


def content_of(chunks: Iterable[bytes]) -> Content:
    """Looks at bytes."""
    digest = sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    head, size, is_utf8, has_nul = b"", 0, True, False
    for chunk in (*chunks, b""):
        head = head or chunk[:_HEAD]
        size += len(chunk)
        digest.update(chunk)
        has_nul = has_nul or b"\0" in chunk
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            is_utf8 = False
    return Content(size, digest.hexdigest(), head, is_utf8, has_nul)


def content_of_file(path: Path) -> Content:
    """Looks at a file.

    Raises:
        ValueError: There is no such file, it cannot be read, it is empty, or it only stands for the real one.
    """
    try:
        if not path.exists():
            raise ValueError(f"'path' must be a file that exists, got '{path}', looked for at '{path.absolute()}'")
        if not path.is_file():
            raise ValueError(f"'path' must be a file, got '{path}', which is none; name one file")
        with path.open("rb") as file:
            content = content_of(iter(lambda: file.read(_CHUNK), b""))
    except OSError as error:
        raise ValueError(f"'path' must be a file that can be read, got '{path}' ({error})") from error
    if content.size == 0:
        raise ValueError(f"'path' must be a file with content, got '{path}' with 0 bytes")
    for pointer, command in _POINTERS.items():
        if content.head.startswith(pointer):
            raise ValueError(
                f"'path' must be the file itself, got '{path}', which git keeps in its place until it is fetched; "
                f"run '{command}'"
            )
    return content


def warn_of_dictionary(scope: Construct, name: str, content: Content) -> None:
    """Warns of what is legitimate in a dictionary and most often a mistake."""
    annotations = Annotations.of(scope)
    if not content.is_utf8:
        annotations.add_warning_v2(
            "cdk-opensearch-packages:dictionaryNotUtf8",
            f"the dictionary {name} is not UTF-8, the only encoding that the service supports for text; "
            "save it as UTF-8, or acknowledge this if it is a binary dictionary for Sudachi",
        )
    elif content.has_nul:
        annotations.add_warning_v2(
            "cdk-opensearch-packages:dictionaryWithNul",
            f"the dictionary {name} has NUL characters, which no word has; save it as text in UTF-8, or acknowledge "
            "this if it is a binary dictionary for Sudachi",
        )
    if content.has_byte_order_mark:
        annotations.add_warning_v2(
            "cdk-opensearch-packages:dictionaryWithByteOrderMark",
            f"the dictionary {name} begins with a byte order mark, which becomes a part of its first entry, so that "
            "entry never matches; save it as UTF-8 without one",
        )


def check_license(option: str, name: str, content: bytes, formats: Sequence[str]) -> None:
    """Refuses a license that is in none of ``formats``, which are ``JSON`` and ``XML``."""
    text = content.removeprefix(codecs.BOM_UTF8)
    if any(_PARSERS[one](text) for one in formats):
        return
    raise ValueError(
        f"'{option}' must be {' or '.join(formats)} in a package of type PACKAGE-LICENSE, got {name}, which is not; "
        "take the file as the vendor delivered it"
    )


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is Python's, not JSON's")


def _is_xml(content: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as error:
        # Which encodings the service reads is not known.
        return error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]
    # expat asks Python for encodings that it does not know.
    except (ValueError, LookupError):
        return True
    return True


_PARSERS = {"JSON": _is_json, "XML": _is_xml}

"""The mark: what a package's description says, behind the user's text, about the resource that owns it.

    Shop synonyms [cloudformation shop/Synonyms 3f0c…-91ab…-77d2…-c0de…]

The names are for people. Only the four hexadecimal parts are compared: the stack, the resource, the request that
wrote last, and the source that it imported.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LONGEST_NAME = 80
REGION, ACCOUNT = 3, 4  # their places in an ARN
STACK_DIGITS, RESOURCE_DIGITS, REQUEST_DIGITS, SOURCE_DIGITS = 16, 12, 12, 16

_UNREADABLE = re.compile(r"[^\w./:-]", re.ASCII)
_MARK = re.compile(
    r"\s?\[cloudformation (?P<names>[^\[\]]*) "
    rf"(?P<stack>[0-9a-f]{{{STACK_DIGITS}}})-(?P<resource>[0-9a-f]{{{RESOURCE_DIGITS}}})-"
    rf"(?P<request>[0-9a-f]{{{REQUEST_DIGITS}}})-(?P<source>[0-9a-f]{{{SOURCE_DIGITS}}})\]\s*\Z"
)


def digest(text: str, digits: int) -> str:
    """A fingerprint of `text` in `digits` hexadecimal digits."""
    # JSON can carry half of a surrogate pair, UTF-8 cannot.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:digits]


def arn_part(arn: str, place: int) -> str:
    """A part of `arn:<partition>:<service>:<region>:<account>:…`; empty where there is none."""
    parts = arn.split(":")
    return parts[place] if len(parts) > place else ""


@dataclass(frozen=True)
class Owner:
    """A resource of a stack, and the request that speaks for it."""

    stack_id: str
    logical_id: str
    request_id: str

    @property
    def stack(self) -> str:
        """Identifies the stack."""
        return digest(self.stack_id, STACK_DIGITS)

    @property
    def resource(self) -> str:
        """Identifies the resource in its stack."""
        return digest(self.logical_id, RESOURCE_DIGITS)

    @property
    def request(self) -> str:
        """Identifies the request. A request id alone is not unique: CloudFormation may use it for many stacks."""
        return digest(f"{self.stack_id}|{self.request_id}", REQUEST_DIGITS)

    @property
    def account(self) -> str:
        """The stack's account."""
        return arn_part(self.stack_id, ACCOUNT)

    @property
    def region(self) -> str:
        """The stack's Region."""
        return arn_part(self.stack_id, REGION)

    @property
    def stack_name(self) -> str:
        """The stack's name, from its ARN `arn:…:stack/<name>/<id>`."""
        parts = self.stack_id.split("/")
        return parts[1] if len(parts) > 1 else self.stack_id

    @property
    def signature(self) -> str:
        """The end of the commit message of a version that this request has made."""
        return f"[request {self.request}]"

    def sign(self, text: str, source: str) -> str:
        """The description of a package: the user's text and the mark.

        Args:
            text: the user's description, may be empty.
            source: the fingerprint of what is imported, see `fingerprint`.
        """
        names = f"{_shortened(self.stack_name)}/{_shortened(self.logical_id)}"
        mark = f"[cloudformation {names} {self.stack}-{self.resource}-{self.request}-{source}]"
        return f"{text} {mark}" if text else mark

    def owns(self, mark: Mark | None) -> bool:
        """Whether the mark is this resource's, from whichever request."""
        return mark is not None and (mark.stack, mark.resource) == (self.stack, self.resource)

    def is_stranger_to(self, mark: Mark | None) -> bool:
        """Whether the mark is another resource's. What bears no mark is nobody else's."""
        return mark is not None and not self.owns(mark)


@dataclass(frozen=True)
class Mark:
    """A mark that was read."""

    names: str
    stack: str
    resource: str
    request: str
    source: str

    def is_of(self, names: str) -> bool:
        """Whether `names` are those of the resource: `<stack name>/<logical id>`, in full or as the mark shows them."""
        return bool(names) and "/".join(map(_shortened, names.split("/"))) == self.names


def fingerprint(source: str) -> str:
    """The part of a mark that identifies what was imported."""
    return digest(source, SOURCE_DIGITS)


def read(description: str) -> tuple[str, Mark | None]:
    """The user's text and the mark of a description; no mark where a person removed it or never wrote one."""
    match = _MARK.search(description)
    if match is None:
        return description, None
    return description[: match.start()], Mark(**match.groupdict())


def _shortened(name: str) -> str:
    """`name`, shortened in the middle: stack names differ at their end, logical ids too.

    What would make the mark unreadable is replaced. CloudFormation's own names contain nothing of the kind.
    """
    name = _UNREADABLE.sub("_", name)
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 3) // 2
    return f"{name[:half]}...{name[-half:]}"

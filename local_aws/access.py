"""Who may use the local AWS: whoever can read the key that its start has written, and what that key has allowed.

The machine may have other users, and whoever deploys a function runs code as the local AWS's owner. Ministack takes a
constant key for the account's root, does not check the root's signature, and serves some paths without any key.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

FILE = "key.json"
OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700


@dataclass(frozen=True)
class Key:
    """The key of the account's root. It changes with each start."""

    access_key_id: str
    secret_access_key: str

    @classmethod
    def fresh(cls) -> Self:
        """A random one, in AWS's form."""
        letters = string.ascii_uppercase + "234567"
        return cls("AKIA" + "".join(secrets.choice(letters) for _ in range(16)), secrets.token_urlsafe(30))

    @classmethod
    def read(cls, state: Path) -> Self:
        """The one of the local AWS in a state folder."""
        return cls(**json.loads((state / FILE).read_text(encoding="utf-8")))

    def write(self, state: Path) -> None:
        """Write it where only the owner can read it."""
        write_private(state / FILE, json.dumps(asdict(self)))

    def authorizes(self, headers: Mapping[str, str]) -> bool:
        """Whether a request to the control path carries the secret."""
        given = headers.get("authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self.authorization().encode())

    def authorization(self) -> str:
        """The header that a request to the control path carries."""
        return f"Bearer {self.secret_access_key}"


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody but its owner can read, at no moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(text)


def install(key: Key) -> None:
    """Let ministack take this key for the account's root, no other, and check its signature."""
    from ministack.core import iam_evaluator  # noqa: PLC0415 - reads its environment when imported

    iam_evaluator.is_root_access_key = lambda access_key_id: access_key_id == key.access_key_id
    # Ministack does not check the signature of a key of which this is true.
    iam_evaluator._is_root_key = lambda _: False


def is_known(key: Key, headers: Mapping[str, str], query: Mapping[str, list[str]]) -> bool:
    """Whether a request names a key that exists. Ministack then checks its signature, and its permissions."""
    from ministack.core.iam_evaluator import find_iam_access_key_account  # noqa: PLC0415
    from ministack.core.router import extract_access_key_id  # noqa: PLC0415
    from ministack.services import sts  # noqa: PLC0415

    named: Any = extract_access_key_id(dict(headers), dict(query))
    if not named:
        return False
    return named == key.access_key_id or named in sts._sessions or find_iam_access_key_account(named) is not None

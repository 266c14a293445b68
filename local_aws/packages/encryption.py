"""The key that encrypts a package: what the service does with it, in the name of its caller.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-package-kms-integration.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws.packages.behaviour import Behaviour
from local_aws.packages.records import Record, ServiceError

# Why a caller cannot do something with the key of a package, or `None`: the key, the package's id, actions of KMS.
UseKey = Callable[[str, str, Sequence[str]], str | None]
Encryption = Mapping[str, Any] | None
# With these the service makes a grant for itself, and reads and writes with the key [D].
ACTIONS = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
)


def refusal(use_key: UseKey, package_id: str, encryption: Encryption, behaviour: Behaviour) -> str | None:
    """Why an import cannot encrypt with the key that it is asked to, or `None`.

    Raises `ServiceError` where the service says it at the call.
    """
    problem = _problem(use_key, package_id, encryption, ACTIONS)
    if problem and behaviour.key_refused == "access-denied":
        raise ServiceError("AccessDeniedException", problem)
    if problem and behaviour.key_refused == "validation":
        raise ServiceError("ValidationException", problem)
    return problem


def check_readable(use_key: UseKey, package: Record) -> None:
    """Refuse to associate a package whose key is gone or disabled [D]. The caller needs no permission on it [I]."""
    details = package.details
    problem = _problem(use_key, details["PackageID"], details.get("PackageEncryptionOptions"), ())
    if problem:
        raise ServiceError("AccessDeniedException", problem)


def _problem(use_key: UseKey, package_id: str, encryption: Encryption, actions: Sequence[str]) -> str | None:
    if not encryption or not encryption.get("EncryptionEnabled"):
        return None
    key = encryption.get("KmsKeyIdentifier")
    return use_key(key, package_id, actions) if key else None

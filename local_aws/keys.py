"""Keys of KMS as services of AWS use them: in the name of whoever calls the service, with that one's permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ENABLED = "Enabled"
# What KMS says of a key that is not enabled; PendingDeletion and the others are one [M].
STATES = {"Disabled": "DisabledException"}
DENIED = "AccessDeniedException"


@dataclass(frozen=True)
class Refusal:
    """Why a key cannot be used: the error of KMS, and its message."""

    code: str
    message: str


def refusal(
    key: str, actions: Sequence[str], access_key_id: str, service: str, context: Mapping[str, str]
) -> Refusal | None:
    """Why a service cannot do something with a key in the name of its caller, or `None`.

    Args:
        key: its id or ARN, or the name or ARN of an alias.
        actions: what is to be done, as `kms:Decrypt`; with none, whether it is a key to encrypt with at all.
        access_key_id: the caller's.
        service: as `kms:ViaService` names it, without Region.
        context: the encryption context.
    """
    from ministack.core.iam_evaluator import enforce  # noqa: PLC0415 - reads its environment when imported
    from ministack.core.responses import get_region  # noqa: PLC0415
    from ministack.services import kms  # noqa: PLC0415

    record = kms._resolve_key(key)
    if record is None:
        return Refusal("NotFoundException", f"Key '{key}' does not exist")
    arn, region = record["Arn"], get_region()
    if record["KeyState"] != ENABLED:
        return Refusal(STATES.get(record["KeyState"], "KMSInvalidStateException"), f"{arn} is {record['KeyState']}.")
    if record["KeySpec"] != "SYMMETRIC_DEFAULT":
        return Refusal("InvalidKeyUsageException", f"{arn} is not a symmetric key for encryption.")
    seen = {
        "kms:ViaService": f"{service}.{region}.amazonaws.com",
        "kms:ResourceAliases": _aliases(record["KeyId"]),
        **{f"kms:EncryptionContext:{name}": value for name, value in context.items()},
    }
    for action in actions:
        denied = enforce(access_key_id, action, "kms", region, resource_arn=arn, service_context=seen)
        if denied:
            caller = getattr(denied, "principal_arn", "") or "unknown"
            return Refusal(DENIED, f"User: {caller} is not authorized to perform: {action} on resource: {arn}")
    return None


def _aliases(key_id: str) -> list[str]:
    from ministack.services import kms  # noqa: PLC0415

    return [arn.rpartition(":")[2] for arn, of in kms._aliases.items() if of == key_id]

"""What an error of AWS means: transient, access denied, not found, refused. And the error that is a reason.

Decisions rest on error codes. HTTP statuses do not tell: the packages service answers 409 for what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

_ACCESS_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403", "Forbidden"}
_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
}
_SERVER_FAULTS = {
    "InternalException",
    "InternalFailure",
    "InternalError",
    "KMSInternalException",
    "DependencyTimeoutException",
    "KeyUnavailableException",
    "OperationAborted",
    "BaseException",
    "ServiceUnavailable",
}
_HTTP_SERVER_ERROR = 500  # the service's own; behind a higher status may be a gateway that gave up waiting for it
# The words are the only thing that tells a missing package from a bad request. Source: the waiters of Terraform's
# aws_opensearch_package, which met both forms.
_NOT_FOUND_WORDS = "package not found"
# The words alone tell this conflict from a domain that is busy.
# Source: https://github.com/hashicorp/terraform-provider-aws/issues/46666
_ALREADY_SO_WORDS = "already in desired state"

# What a busy domain says. The code is not documented, and DescribeDomain may not show yet that it is busy.
# Source: https://github.com/aws-samples/siem-on-amazon-opensearch-service/issues/444
_BUSY_WORDS = ("in progress", "processing")

# Every error with which boto3 reports that a call failed.
CALL_ERRORS = (ClientError, BotoCoreError)


class RequestFailedError(Exception):
    """The request has failed. The text is the reason that CloudFormation shows, in the user's words.

    Attributes:
        access_denied: whether a refused access is the cause, which is retried while a new grant may be spreading.
    """

    def __init__(self, reason: str, *, access_denied: bool = False) -> None:
        super().__init__(reason)
        self.access_denied = access_denied


class PropertyError(RequestFailedError):
    """Properties that cannot be accepted. The text names each, the value received and what is allowed."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("; ".join(dict.fromkeys(problems)))


def code_of(error: Exception) -> str:
    """The error code of an AWS error; empty for any other. S3 passes on those of KMS behind its name."""
    code: str = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    return code.removeprefix("KMS.")


def describe(error: Exception) -> str:
    """Which call failed, and AWS's own words."""
    if not isinstance(error, ClientError):
        return readable(str(error))
    told = error.response.get("Error", {})
    return readable(f"{error.operation_name} failed: {told.get('Code', '')}: {told.get('Message', '') or 'no message'}")


def readable(text: str) -> str:
    """`text` without halves of surrogate pairs, which JSON can carry, and which neither a log nor a response can."""
    return text.encode(errors="replace").decode()


def is_not_found(error: Exception) -> bool:
    """Whether the packages service says that there is no such package."""
    if code_of(error) == "ResourceNotFoundException":
        return True
    return code_of(error) == "ValidationException" and _NOT_FOUND_WORDS in str(error).lower()


def is_access_denied(error: Exception) -> bool:
    """Whether IAM, or the service on its behalf, refused the call."""
    if isinstance(error, RequestFailedError):
        return error.access_denied
    return code_of(error) in _ACCESS_DENIED


def is_name_taken(error: Exception) -> bool:
    """Whether another package has the name."""
    return code_of(error) == "ResourceAlreadyExistsException"


def is_quota(error: Exception) -> bool:
    """Whether there are as many packages as there may be."""
    return code_of(error) == "LimitExceededException"


def is_refused(error: Exception) -> bool:
    """Whether the package's state forbids the call; which of the two codes the service uses is not documented."""
    return code_of(error) in {"ConflictException", "ValidationException"}


def is_already_so(error: Exception) -> bool:
    """Whether the service has nothing to do: the domain has the package as asked for."""
    return code_of(error) == "ConflictException" and _ALREADY_SO_WORDS in str(error).lower()


def is_busy(error: Exception) -> bool:
    """Whether the service refuses a change because another one is under way."""
    return is_refused(error) and any(words in str(error).lower() for words in _BUSY_WORDS)


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed later: throttled, a fault of the service, or no response at all."""
    if isinstance(error, ClientError):
        return code_of(error) in _THROTTLED | _SERVER_FAULTS or _http_status(error) >= _HTTP_SERVER_ERROR
    return isinstance(error, NoConnectionError | HTTPClientError)


def is_throttled(error: Exception) -> bool:
    """Whether there were too many calls of late."""
    return code_of(error) in _THROTTLED


def is_answered(error: Exception) -> bool:
    """Whether the service itself has ended the call with a fault: applied or not, nothing of it is under way."""
    return isinstance(error, ClientError) and _http_status(error) == _HTTP_SERVER_ERROR


def may_have_been_applied(error: Exception) -> bool:
    """Whether a write may have taken effect although this was its response: anything but a plain refusal."""
    return is_transient(error) and not is_throttled(error)


def _http_status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)

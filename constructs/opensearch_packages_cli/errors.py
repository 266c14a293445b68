"""What is said when AWS cannot be asked: one sentence, which says what to do."""

from __future__ import annotations

from pathlib import Path

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

CALL_ERRORS = (BotoCoreError, ClientError)
POLICY = Path(__file__).with_name("policy.json")
# The operations of an inventory, and the actions of IAM that allow them, as the policy does.
ACTIONS = {
    "DescribePackages": "es:DescribePackages",
    "ListDomainsForPackage": "es:ListDomainsForPackage",
    "DescribeStackResource": "cloudformation:DescribeStackResource",
    "ListStackResources": "cloudformation:ListStackResources",
    "ListStacks": "cloudformation:ListStacks",
}
_SIGN_IN = "sign in (`aws sso login`, `aws configure`), or name a profile with --profile"
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_ACCESS_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_REFUSED_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_THROTTLED = {"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}


def sentence(error: BotoCoreError | ClientError) -> str:
    """What went wrong, in AWS's own words where there are any, and what to do."""
    if isinstance(error, ClientError):
        return _of_aws(error)
    if isinstance(error, NoRegionError):
        return "No Region is set; name one with --region, or in AWS_DEFAULT_REGION"
    words = str(error).rstrip(".")
    return f"{words}; {_SIGN_IN}" if isinstance(error, _NO_CREDENTIALS) else words


def _of_aws(error: ClientError) -> str:
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), told.get("Message", "") or "no message"
    action = ACTIONS.get(error.operation_name, error.operation_name)
    if code in _ACCESS_DENIED:
        return f"{action} is denied; a policy that allows it is {POLICY}. AWS says: {message}"
    if code in _REFUSED_CREDENTIALS:
        return f"AWS refuses the credentials; {_SIGN_IN}. AWS says: {message}"
    if code in _THROTTLED:
        return f"AWS throttles {action}, also after retries; try again later. AWS says: {message}"
    return f"{action} failed. AWS says: {code}: {message}"

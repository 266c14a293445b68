"""What an error of AWS means."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from lambda_handler import errors
from lambda_handler.errors import RequestFailedError

URL = "https://es.us-east-1.amazonaws.com"


def error(code: str, message: str = "no", status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "DescribePackages",
    )


THROTTLED = [error("ThrottlingException"), error("TooManyRequestsException", status=429), error("SlowDown", status=503)]
SERVER_FAULTS = [error("InternalException", status=500), error("BaseException"), error("NeverHeardOf", status=502)]
NO_RESPONSE = [
    ReadTimeoutError(endpoint_url=URL),
    ConnectTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
]
FINAL = [
    error("ValidationException"),
    error("ConflictException", status=409),
    error("LimitExceededException", status=409),
    error("AccessDeniedException", status=403),
    error("ResourceNotFoundException", status=404),
    NoCredentialsError(),
    ParamValidationError(report="x"),
    RequestFailedError("no"),
    ValueError("no"),
]


class TestTransient:
    @pytest.mark.parametrize("transient", [*THROTTLED, *SERVER_FAULTS, *NO_RESPONSE], ids=repr)
    def test_is_what_may_succeed_later(self, transient: Exception) -> None:
        assert errors.is_transient(transient)

    @pytest.mark.parametrize("final", FINAL, ids=repr)
    def test_is_nothing_else(self, final: Exception) -> None:
        assert not errors.is_transient(final)


class TestAWrite:
    @pytest.mark.parametrize("unclear", [*SERVER_FAULTS, *NO_RESPONSE], ids=repr)
    def test_may_have_been_applied_when_the_service_did_not_refuse_it(self, unclear: Exception) -> None:
        assert errors.may_have_been_applied(unclear)

    @pytest.mark.parametrize("refused", [*THROTTLED, *FINAL], ids=repr)
    def test_was_not_applied_when_the_service_refused_it(self, refused: Exception) -> None:
        assert not errors.may_have_been_applied(refused)


class TestAccessDenied:
    @pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"])
    def test_is_told_by_the_code(self, code: str) -> None:
        assert errors.is_access_denied(error(code))

    def test_may_be_the_cause_of_a_reason_in_our_own_words(self) -> None:
        assert errors.is_access_denied(RequestFailedError("s3:GetObject was denied", access_denied=True))
        assert not errors.is_access_denied(RequestFailedError("s3:GetObject was denied"))

    @pytest.mark.parametrize("other", [error("ValidationException", "AccessDenied"), ValueError("AccessDenied")])
    def test_is_not_told_by_the_words(self, other: Exception) -> None:
        assert not errors.is_access_denied(other)


class TestNotFound:
    @pytest.mark.parametrize(
        "missing",
        [
            error("ResourceNotFoundException", "whatever"),
            error("ValidationException", "Package not found: F1"),
            error("ValidationException", "package Not Found"),
        ],
        ids=repr,
    )
    def test_has_two_forms(self, missing: Exception) -> None:
        assert errors.is_not_found(missing)

    @pytest.mark.parametrize(
        "other", [error("ValidationException"), error("ConflictException", "Package not found"), ValueError()], ids=repr
    )
    def test_is_nothing_else(self, other: Exception) -> None:
        assert not errors.is_not_found(other)


def test_a_name_that_is_taken_and_a_refusal_are_told_by_the_code() -> None:
    assert errors.is_name_taken(error("ResourceAlreadyExistsException", status=409))
    assert not errors.is_name_taken(error("ConflictException", "already exists", status=409))
    assert errors.is_refused(error("ConflictException", status=409))
    assert errors.is_refused(error("ValidationException"))
    assert not errors.is_refused(error("LimitExceededException", status=409))


class TestABusyDomain:
    """The code is not documented, so the words tell, with either of the two codes of a refusal."""

    @pytest.mark.parametrize(
        "busy",
        [
            error("ValidationException", "A change/update is in progress. Please wait for it to complete"),
            error("ConflictException", "A change/update is in progress.", status=409),
            error("ConflictException", "The domain is processing another change", status=409),
            error("ValidationException", "PROCESSING"),
        ],
        ids=repr,
    )
    def test_says_so(self, busy: Exception) -> None:
        assert errors.is_busy(busy)

    @pytest.mark.parametrize(
        "other",
        [
            error("ConflictException", "Package is already in desired state", status=409),
            error("ValidationException", "Package is not associated to this domain"),
            error("InternalException", "processing failed", status=500),
            error("ThrottlingException", "a request is in progress"),
            ValueError("in progress"),
        ],
        ids=repr,
    )
    def test_is_nothing_else(self, other: Exception) -> None:
        assert not errors.is_busy(other)


class TestWhatIsAlreadySo:
    @pytest.mark.parametrize("words", ["Package is already in desired state", "ALREADY IN DESIRED STATE."])
    def test_is_told_by_a_conflict_and_its_words(self, words: str) -> None:
        assert errors.is_already_so(error("ConflictException", words, status=409))

    @pytest.mark.parametrize(
        "other",
        [
            error("ValidationException", "Package is already in desired state"),
            error("ConflictException", "A change is in progress", status=409),
            ValueError("already in desired state"),
        ],
        ids=repr,
    )
    def test_is_nothing_else(self, other: Exception) -> None:
        assert not errors.is_already_so(other)


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        (error("InternalException", status=500), True),
        (error("InternalException", status=503), False),
        (error("ThrottlingException"), False),
        (ReadTimeoutError(endpoint_url=URL), False),
    ],
    ids=repr,
)
def test_a_fault_of_the_service_itself_leaves_nothing_under_way(fault: Exception, answered: bool) -> None:
    assert errors.is_answered(fault) is answered


class TestADescription:
    def test_names_the_call_and_keeps_awss_own_words(self) -> None:
        assert errors.describe(error("ValidationException", "bad name")) == (
            "DescribePackages failed: ValidationException: bad name"
        )

    def test_says_so_where_aws_gives_no_words(self) -> None:
        assert errors.describe(error("404", "")) == "DescribePackages failed: 404: no message"
        assert errors.describe(ClientError({}, "HeadObject")) == "HeadObject failed: : no message"

    def test_of_any_other_error_is_its_text(self) -> None:
        assert errors.describe(ValueError("no")) == "no"

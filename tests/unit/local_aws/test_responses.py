"""The check of a custom resource's responses, without a server."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from local_aws.cloudformation import Playing, Request, ResponseUrls
from local_aws.cloudformation.responses import checked

EVENT = {
    "RequestType": "Create",
    "StackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1",
    "RequestId": "request",
    "LogicalResourceId": "Thing",
}
RESPONSE = {"Status": "SUCCESS", "PhysicalResourceId": "F1", **{k: v for k, v in EVENT.items() if k != "RequestType"}}


@pytest.fixture
def urls() -> ResponseUrls:
    return ResponseUrls("https://127.0.0.1:4566", Playing())


def put(urls: ResponseUrls, request: Request, body: Any = None, *, query: str | None = None, **headers: str) -> int:
    url = urlsplit(request.event["ResponseURL"])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = json.dumps(body or RESPONSE).encode()
    return urls.receive(url.path, url.query if query is None else query, named, sent)[0]


def test_url_is_a_secret(urls: ResponseUrls) -> None:
    request = urls.issue(EVENT)
    assert put(urls, request, query="") == 403
    assert put(urls, request, query="X-Amz-Signature=guessed") == 403
    assert request.responses == []
    assert put(urls, request) == 200
    assert "ResponseURL" not in EVENT


def test_content_type_must_be_empty(urls: ResponseUrls) -> None:
    request = urls.issue(EVENT)
    assert put(urls, request, content_type="application/json") == 403
    assert request.result is None
    assert put(urls, request, content_type="") == 200
    assert request.result == RESPONSE


def test_first_response_counts(urls: ResponseUrls) -> None:
    request = urls.issue(EVENT)
    put(urls, request)
    put(urls, request, {**RESPONSE, "Status": "FAILED"})
    assert request.result == RESPONSE
    assert [one.counted for one in request.responses] == [True, False]


def test_url_can_fail(urls: ResponseUrls) -> None:
    urls.playing.refuse_responses = 1
    request = urls.issue(EVENT)
    assert [put(urls, request), put(urls, request)] == [503, 200]


def test_url_ages(urls: ResponseUrls) -> None:
    request = urls.issue(EVENT)
    request.at -= 7201
    assert put(urls, request) == 403


def test_unknown_url(urls: ResponseUrls) -> None:
    assert urls.receive("/cloudformation-custom-resource-response-x/y", "", {}, b"{}")[0] == 403


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b" " * 4097, "Response object is too long."),
        (b"no json", "not JSON"),
        (b"[]", "Status"),
        (json.dumps({**RESPONSE, "PhysicalResourceId": 1}).encode(), "Invalid PhysicalResourceId"),
        (json.dumps({**RESPONSE, "PhysicalResourceId": "ü" * 513}).encode(), "Invalid PhysicalResourceId"),
        (json.dumps({**RESPONSE, "Data": "text"}).encode(), "Data"),
    ],
)
def test_what_is_wrong_fails(body: bytes, reason: str) -> None:
    result = checked(EVENT, body)
    assert result["Status"] == "FAILED"
    assert reason in result["Reason"]


def test_longest_response_is_right() -> None:
    body = json.dumps(RESPONSE)
    assert checked(EVENT, body.ljust(4096).encode()) == RESPONSE


def test_playing_is_changed_by_plain_data() -> None:
    playing = Playing()
    playing.change({"rollback_sends": "new-id"})
    assert playing.rollback_sends == "new-id"
    with pytest.raises(ValueError, match="misspelt"):
        playing.change({"misspelt": 1})

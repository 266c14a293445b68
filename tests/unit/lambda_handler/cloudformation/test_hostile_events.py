"""Events that CloudFormation would never send: whoever may invoke the function gets a response, and no secret."""

from __future__ import annotations

import http.client
import json
import ssl
import traceback
from typing import Any

import pytest

from lambda_handler.cloudformation import response
from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from tests.unit.lambda_handler.harness import Cloud, Context

SIGNATURE = "secret-signature"
CERTIFICATES = ssl.create_default_context()  # reading them takes longer than a test
NO_TEXT: list[Any] = [None, 5, "", [], ["x"], {}, {"a": "b"}, True]
STRANGE_TEXT: list[Any] = ["x" * 5000, "é\ud800", "a\nb", "[x] y/z", "\x00"]
FIELDS = [
    "RequestType",
    "RequestId",
    "StackId",
    "LogicalResourceId",
    "ResourceType",
    "ResourceProperties",
    "OldResourceProperties",
    "PhysicalResourceId",
]


def send(cloud: Cloud, event: Any) -> list[dict[str, Any]]:
    """Deliver an event, and give the responses to it."""
    before = len(cloud.puts)
    cloud.continued = []
    cloud.resource(json.loads(json.dumps(event)), Context(cloud.clock, cloud.clock.now() + 900))
    assert all(len(body) <= 4096 for _, body in cloud.puts[before:])
    return [json.loads(body) for _, body in cloud.puts[before:]]


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [*NO_TEXT, *STRANGE_TEXT], ids=lambda value: repr(value)[:20])
def test_one_field_that_makes_no_sense_gets_one_response(cloud: Cloud, kind: str, name: str, value: Any) -> None:
    event = cloud.event(kind, cloud.dictionary(), PhysicalResourceId="F999", OldResourceProperties={})
    [told] = send(cloud, event | {name: value})
    assert told["Status"] in {"SUCCESS", "FAILED"}
    assert told["PhysicalResourceId"]


def _each(name: str, *values: Any) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


CONTINUATIONS: list[Any] = [
    *NO_TEXT,
    *_each("Started", "abc", None, 1e308, -1, [], True),
    *_each("Invocations", "x", None, -1, 1e9, []),
    *_each("Claimed", 7, None, [], {}),
    *_each("WaitedFor", 5, None, []),
    *_each("State", 5, "x", [], {"Import": 5}, {"Import": {"made": 5}}, {"Removals": []}),
    {"State": {"Import": {"created_at": "x", "refused": 5, "made_was_seen": "yes"}}},
    {"State": {"Removals": {"F1": 5}, "SearchUntil": "later"}},
]


@pytest.mark.parametrize("continuation", CONTINUATIONS, ids=repr)
@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_a_continuation_that_makes_no_sense_counts_as_none(cloud: Cloud, kind: str, continuation: Any) -> None:
    properties = cloud.dictionary()
    more = {"PhysicalResourceId": cloud.create(properties).physical_id} if kind == "Delete" else {}
    event = cloud.event(kind, properties, **more) | {"Continuation": continuation, "ResponseURL": "https://host/path"}
    [told] = send(cloud, event)
    assert told["Status"] == "SUCCESS"


def test_what_crhelper_would_carry_becomes_no_attribute(cloud: Cloud) -> None:
    smuggled = {"CrHelperData": {"x": "y" * 9000}, "CrHelperPoll": True, "CrHelperRule": "r", "CrHelperPermission": "p"}
    [told] = send(cloud, cloud.event("Create", cloud.dictionary()) | smuggled)
    assert told["Status"] == "SUCCESS"
    assert "x" not in told["Data"]
    [told] = send(cloud, cloud.event("Delete", {}, PhysicalResourceId=told["PhysicalResourceId"]) | smuggled)
    assert told["Data"] == {}


@pytest.mark.parametrize("timeout", ["9" * 5000, {"a": 1}, ["1"], "-1", "0", "1e3", "٣", "0" * 5000])
def test_a_time_out_that_is_none_keeps_nobody_from_deleting(cloud: Cloud, timeout: Any) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    event = cloud.event("Delete", {}, PhysicalResourceId=package_id)
    event["ResourceProperties"] = properties | {"ServiceTimeout": timeout}
    [told] = send(cloud, event)
    assert told["Status"] == "SUCCESS"
    assert cloud.package_ids() == []


@pytest.mark.parametrize(
    "url",
    [
        f"http://bucket.s3.amazonaws.com/x?X-Amz-Date=20270101T000000Z&X-Amz-Signature={SIGNATURE}",
        f"file:///etc/passwd?{SIGNATURE}",
        f"https://[bad/x?{SIGNATURE}",
        f"https://h/é?{SIGNATURE}",
        f"https://h/a b?{SIGNATURE}",
        f"https://h:abc/x?{SIGNATURE}",
        f"https://{'a' * 300}.com/x?{SIGNATURE}",
        f"https://user:{SIGNATURE}@127.0.0.1:1/x",
        f"https://h/\x00?{SIGNATURE}",
        f"https://h/x\r\nHost: evil?{SIGNATURE}",
        f"https://xn--/?{SIGNATURE}",
        f"https://ex\u212aample.com\u2100/?{SIGNATURE}",
        "//x",
        "x",
        5,
        ["x"],
        {"a": 1},
        True,
        None,
        "",
    ],
    ids=repr,
)
def test_a_response_that_cannot_be_delivered_is_an_error_without_the_secret(
    cloud: Cloud, url: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: http.client.HTTPSConnection) -> None:
        raise ConnectionRefusedError(f"no {connection.host}")

    monkeypatch.setattr(http.client.HTTPSConnection, "connect", refuse)
    monkeypatch.setattr(ssl, "_create_default_https_context", lambda: CERTIFICATES)
    cloud.resource.put = response.put_over_https
    event = cloud.event("Create", cloud.dictionary()) | {"ResponseURL": url}
    with pytest.raises(ResponseNotDeliveredError) as raised:
        send(cloud, event)
    assert SIGNATURE not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("event", [None, [], "x", 5, {}, {"RequestType": "Create"}], ids=repr)
def test_what_is_no_event_does_nothing(cloud: Cloud, event: Any) -> None:
    with pytest.raises(ResponseNotDeliveredError):
        send(cloud, event)
    assert cloud.model.calls == []


class TestThePut:
    """What goes over the wire, with a connection that only listens."""

    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        sent: list[Any] = []

        class Connection:
            def __init__(self, host: str, port: int | None, timeout: float) -> None:
                sent.append((host, port, timeout))

            def request(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> None:
                sent.append((method, target, body, headers))

            def getresponse(self) -> Any:
                return type("Response", (), {"status": 403})

            def close(self) -> None:
                sent.append("closed")

        monkeypatch.setattr(response, "HTTPSConnection", Connection)
        return sent

    def test_has_no_content_type_gives_up_after_five_seconds_and_tells_the_status(self, sent: list[Any]) -> None:
        status = response.put_over_https("https://bucket.s3.amazonaws.com/a%20b?X-Amz-Date=1&X-Amz-Signature=s", b"{}")
        assert status == 403
        assert sent == [
            ("bucket.s3.amazonaws.com", None, 5.0),
            ("PUT", "/a%20b?X-Amz-Date=1&X-Amz-Signature=s", b"{}", {"content-type": ""}),
            "closed",
        ]

    def test_quotes_what_is_not_ascii(self, sent: list[Any]) -> None:
        response.put_over_https("https://localhost:4566/é?x=ü", b"")
        assert sent[0][:2] == ("localhost", 4566)
        assert sent[1][1] == "/%C3%A9?x=%C3%BC"

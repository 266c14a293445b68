"""What CloudFormation is told: always within its limits, and until it has heard it."""

from __future__ import annotations

import json
from http.client import RemoteDisconnected
from xml.dom import minidom
from xml.sax.saxutils import escape

import pytest

from lambda_handler.cloudformation.response import Response, ResponseNotDeliveredError, deliver
from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from tests.unit.lambda_handler.harness import STACK_ID, FakeClock

URL = "https://bucket.s3.amazonaws.com/x?X-Amz-Signature=secret-signature"


def response(reason: str = "", attributes: dict[str, str] | None = None) -> Response:
    return Response(
        status="FAILED" if reason else "SUCCESS",
        reason=reason,
        log_stream="2027/01/01/[$LATEST]abc",
        physical_id="F123456789",
        stack_id=STACK_ID,
        request_id="request-1",
        logical_id="L" * 255,
        attributes=attributes or {},
    )


@pytest.mark.parametrize("letter", ["x", "ß", "語", '"', "\nx", "x\x01", "\ud800x"])
def test_the_largest_plugin_fits_and_keeps_its_ids_whole(letter: str) -> None:
    package = Package(
        {
            "PackageID": "pkg-" + "a" * 40,
            "AvailablePackageVersion": "v1234567890",
            "PackageDescription": letter * 700,
            "PackageOwner": letter * 1024,
            "AvailablePluginProperties": {
                "Name": letter * 1024,
                "Description": letter * 1024,
                "Version": letter * 1024,
                "ClassName": letter * 1024,
                "UncompressedSizeInBytes": 10**18,
            },
        }
    )
    body = response(attributes=attributes(package)).body()
    assert len(body) <= 4096
    data = json.loads(body)["Data"]
    assert data.keys() == attributes(package).keys()
    assert data["PackageID"] == "pkg-" + "a" * 40
    assert data["PackageVersion"] == data["AvailablePackageVersion"] == "v1234567890"
    assert data["AvailablePluginProperties.Name"].endswith("…")
    assert data["AvailablePluginProperties.UncompressedSizeInBytes"] == str(10**18), "the longest are cut first"


def test_so_many_attributes_that_even_short_ones_have_to_be_cut_fit() -> None:
    many = {f"DomainPackageStatus.{number}": "x" * 60 for number in range(84)}
    body = response(attributes=many).body()
    assert 4000 < len(body) <= 4096
    assert json.loads(body)["Data"].keys() == many.keys()


def test_what_fits_is_not_cut() -> None:
    data = {"PackageID": "F1", "PackageDescription": "Shop synonyms"}
    assert json.loads(response(attributes=data).body())["Data"] == data


@pytest.mark.parametrize("letter", ["x", "語", "\x01x", "x\ud800"])
def test_a_long_reason_keeps_its_beginning_and_the_log_stream(letter: str) -> None:
    body = response(reason="could not be imported " + letter * 9000).body()
    assert len(body) <= 4096
    reason = json.loads(body)["Reason"]
    assert reason.startswith("could not be imported ")
    assert reason.endswith("… (log stream: 2027/01/01/[$LATEST]abc)")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("\x1b[31mbad\x1b[0m", " [31mbad [0m"),
        ("one\r\n\ttwo", "one two"),
        ("nul\x00, delete\x7f, next line\x85", "nul , delete , next line "),
        ("half \ud83d, none \ufffe\uffff", "half  , none  "),
        ("\N{GRINNING FACE} & <b> ]]> stay", "\N{GRINNING FACE} & <b> ]]> stay"),
    ],
)
def test_nothing_that_cloudformation_cannot_show_reaches_a_reason_or_an_attribute(told: str, shown: str) -> None:
    failed = json.loads(response(reason=told).body())["Reason"]
    assert failed == f"{shown} (log stream: 2027/01/01/[$LATEST]abc)"
    data = json.loads(response(attributes={"PackageDescription": told}).body())["Data"]
    assert data == {"PackageDescription": shown}
    for text in (failed, *data.values()):
        minidom.parseString(f"<Reason>{escape(text)}</Reason>")  # noqa: S318 - it is ours


def test_is_sent_again_until_it_is_taken() -> None:
    statuses = [503, 500, 403, 200]
    deliver(b"{}", URL, clock=FakeClock(), until=FakeClock().now() + 60, put=lambda *_: statuses.pop(0))
    assert statuses == []


def test_survives_connections_that_break() -> None:
    clock = FakeClock()
    tries: list[int] = []

    def put(url: str, body: bytes) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise RemoteDisconnected if len(tries) == 1 else TimeoutError
        return 200

    deliver(b"{}", URL, clock=clock, until=clock.now() + 60, put=put)
    assert len(tries) == 3


def test_gives_up_in_time_and_keeps_the_url_secret() -> None:
    clock = FakeClock()
    until = clock.now() + 60
    with pytest.raises(ResponseNotDeliveredError, match="HTTP status 503") as caught:
        deliver(b"{}", URL, clock=clock, until=until, put=lambda *_: 503)
    assert clock.now() <= until
    assert "secret" not in str(caught.value)

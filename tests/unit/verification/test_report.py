"""What a report says, what it never says, and what follows from it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local_aws.packages import Behaviour, PackagesModel
from local_aws.packages import behaviour as behaviour_module
from local_aws.packages.seen import VARIABLE, as_seen, fields_of, read_fields
from tests.unit.verification.world import ACCOUNT, BUCKET, DOMAIN, KEY, S3, World, error
from verification.__main__ import main
from verification.calls import action_of
from verification.not_asked import MEASURED, NOT_ASKED
from verification.question import Answer
from verification.questions import load
from verification.redaction import Redaction
from verification.report import Report, line_to_change

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = load()
SETTLED = [question.settles for question in QUESTIONS.values()]


def report_of(folder: Path, **switched: Any) -> Path:
    """The report of a run against a service that behaves so."""
    world = World()
    world.model.behaviour.change(switched)
    report = world.run({name: one for name, one in QUESTIONS.items() if one.settles in switched})
    report.path = folder / "report.json"
    report.save()
    return report.path


def test_every_field_of_the_model_is_asked_about_or_it_is_said_why_not() -> None:
    names = [one.name for one in fields(Behaviour) if one.name != "faults"]
    assert sorted([*SETTLED, *NOT_ASKED, *MEASURED]) == sorted(names)


def test_everything_that_the_model_calls_unknown_is_a_question_or_it_is_said_why_not() -> None:
    source = Path(behaviour_module.__file__).read_text()
    unknown = re.findall(r"\?\](?:[^\n]*\n    #)*[^\n]*\n    (\w+):", source)
    assert len(unknown) > 20
    assert set(unknown) <= {*SETTLED, *NOT_ASKED}


def test_each_question_says_what_every_answer_means_and_settles_a_field_of_its_own() -> None:
    assert len(set(SETTLED)) == len(SETTLED)
    for name, question in QUESTIONS.items():
        assert question.asks.endswith("?"), name
        default = getattr(Behaviour(), question.settles)
        if question.meanings and default is not None and not isinstance(default, int | float | str):
            assert default in question.meanings, name


def test_the_documentation_lists_every_question_with_what_the_model_assumes_and_what_is_not_asked() -> None:
    page = (ROOT / "docs" / "verification.md").read_text()
    for name, question in QUESTIONS.items():
        default = getattr(Behaviour(), question.settles)
        meaning = question.meanings.get(default, str(default) or "nothing")
        assert f"| [{question.asks}](../verification/questions/{name}.py) | {meaning} |" in page
    for field, reason in NOT_ASKED.items():
        assert f"(`{field}`) | {reason[0].lower()}{reason[1:].rstrip('.')} |" in page


def test_the_policy_allows_what_a_run_calls_and_nothing_more() -> None:
    world = World()
    world.run()
    called = {action_of(service, operation) for service, operation in world.called}
    policy = json.loads((ROOT / "verification" / "permissions.json").read_text())
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    # With the key, S3 encrypts and the service decrypts in the caller's name.
    assert allowed == called | {"kms:Decrypt", "kms:GenerateDataKey"}


def test_a_report_says_what_differs_and_which_line_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = report_of(tmp_path, update_while_importing="accept", deleted_record=60.0, associate_importing="conflict")
    assert main(["--read", str(path)]) == 0
    said = capsys.readouterr().out
    assert "0 agrees, 3 differs, 0 open" in said
    source = Path(behaviour_module.__file__).read_text().splitlines()
    for field, line in (
        ("update_while_importing", 'update_while_importing: Refusal = "accept"'),
        ("deleted_record", "deleted_record: float = "),
        ("associate_importing", 'associate_importing: Literal["version-at-the-end", '),
    ):
        told = re.search(rf"behaviour\.py:(\d+): ({re.escape(line)}.*)", said)
        assert told, said
        assert source[int(told[1]) - 1].strip().startswith(f"{field}: ")


def test_a_line_to_change_is_one_that_python_reads(tmp_path: Path) -> None:
    declared = line_to_change("associate_importing", "conflict").partition(": ")[2]
    namespace: dict[str, Any] = {}
    exec(f"from typing import Literal\n{declared}", namespace)  # noqa: S102
    assert namespace["associate_importing"] == "conflict"


def test_what_is_no_report_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("nothing", "[]", "{}", '{"format": 2, "answers": {}}'):
        (tmp_path / "report.json").write_text(text)
        assert main(["--read", str(tmp_path / "report.json")]) == 2
        assert "report" in capsys.readouterr().err
    assert main(["--read", str(tmp_path / "missing.json")]) == 2


@pytest.mark.parametrize(
    "answer",
    [{"settles": "no_such_field"}, {"settles": "(("}, {"seen": [1]}, {"asks": None}, {"verdict": 1, "assumed": {}}],
)
def test_a_report_that_somebody_has_written_by_hand_is_refused_or_shown_but_never_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: dict[str, Any]
) -> None:
    whole = json.loads(report_of(tmp_path, update_while_importing="accept").read_text())
    for one in whole["answers"].values():
        one.update(answer)
    (tmp_path / "forged.json").write_text(json.dumps(whole))
    assert main(["--read", str(tmp_path / "forged.json")]) == 2
    assert "is not a whole report" in capsys.readouterr().err


def test_a_report_cannot_tell_the_terminal_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = report_of(tmp_path, update_while_importing="accept")
    text = path.read_text().replace("accepted", "\\u001b]0;owned\\u0007\\u009b2J")
    path.write_text(text)
    assert main(["--read", str(path)]) == 0
    said = capsys.readouterr().out
    assert "owned" in said
    assert [sign for sign in said if not sign.isprintable() and sign != "\n"] == []


def test_a_report_of_a_local_aws_says_that_it_is_none_of_aws(tmp_path: Path) -> None:
    report = Report.begin(None, "eu-west-1", 0.0, None, is_aws=False)
    assert "not AWS" in report.table(QUESTIONS)
    assert "not AWS" not in World().run({}).table(QUESTIONS)


@pytest.mark.parametrize("domain", ["new", "copy", "conflict", "first"])
def test_the_name_of_the_domain_changes_no_answer(domain: str) -> None:
    redaction = Redaction(ACCOUNT, {domain: "<domain>"})
    for question in QUESTIONS.values():
        for value in question.meanings:
            told = redaction.of(Answer(value, f"on {domain}"), question)
            assert (told.value, told.evidence) == (value, "on <domain>")


def test_where_a_filter_is_ignored_the_packages_of_others_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    source = {"S3BucketName": "nowhere", "S3Key": "words.txt"}
    for name in ("next-big-thing", "osp-verify-0a1b-01-of-the-shop"):
        described = {"PackageDescription": "A plan of the shop"}
        named = {"PackageName": name, "PackageType": "TXT-DICTIONARY", "PackageSource": source}
        world.model.call("CreatePackage", named | described)
    plain = PackagesModel.call

    def call(self: PackagesModel, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return plain(self, operation, {name: one for name, one in parameters.items() if name != "Filters"})

    monkeypatch.setattr(PackagesModel, "call", call)
    names = ("what_is_said_of_an_unknown_id", "what_is_said_of_an_unknown_name", "do_filters_take_wildcards")
    report = world.run({name: QUESTIONS[name] for name in names})
    text = json.dumps(report.data)
    assert report.verdicts()["what_is_said_of_an_unknown_id"] == "open"
    for secret in ("next-big-thing", "of-the-shop", "A plan of the shop"):
        assert secret not in text


def test_a_question_that_needs_what_is_not_there_stays_open_and_is_counted() -> None:
    report = World().run(domain="", key="")
    opened = {name for name, verdict in report.verdicts().items() if verdict == "open"}
    assert opened == {name for name, one in QUESTIONS.items() if one.needs.value}
    assert f"{len(opened)} open" in report.table(QUESTIONS)


def test_the_local_aws_behaves_like_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switched = {"update_while_importing": "accept", "kms_unreadable": False, "aws_package_version": None}
    path = report_of(tmp_path, **switched)
    assert read_fields(path) == switched
    monkeypatch.setenv(VARIABLE, str(path))
    model = PackagesModel(read_object=lambda bucket, key: None)
    assert {name: getattr(model.behaviour, name) for name in switched} == switched
    assert World().run({name: QUESTIONS[name] for name in Report.read(path).verdicts()}).verdicts() == dict.fromkeys(
        Report.read(path).verdicts(), "differs"
    ), "what differs is the assumption, not what was seen"


def test_a_report_of_other_questions_is_not_behaved_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"answers": {"is_it": {"settles": "no_field", "seen": 1, "verdict": "differs"}}}))
    monkeypatch.setenv(VARIABLE, str(path))
    with pytest.raises(ValueError, match="no_field"):
        as_seen()


@pytest.mark.parametrize(
    ("settles", "seen"),
    [
        ("faults", [{"operation": "CreatePackage", "kind": "stuck"}]),
        ("stale_reads", "5"),
        ("stale_reads", -1),
        ("deleted_record", float("inf")),
        ("kms_unreadable", 1),
        ("update_while_importing", True),
        ("calls_per_second", [1]),
    ],
)
def test_a_report_of_what_cannot_be_is_not_behaved_like(tmp_path: Path, settles: str, seen: Any) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"answers": {"is_it": {"settles": settles, "seen": seen, "verdict": "differs"}}}))
    with pytest.raises(ValueError, match=settles):
        read_fields(path)


def test_a_key_that_the_caller_may_not_use_leaves_its_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def put_object(self: S3, **parameters: Any) -> dict[str, Any]:
        if parameters.get("SSEKMSKeyId"):
            raise error("PutObject", "AccessDenied", f"no kms:GenerateDataKey on {KEY}")
        return plain(self, **parameters)

    plain = S3.put_object
    monkeypatch.setattr(S3, "put_object", put_object)
    name = "can_a_source_be_encrypted_with_a_customer_key"
    report = World().run({name: QUESTIONS[name]})
    assert report.data["answers"][name]["evidence"] == "s3:PutObject is denied: no kms:GenerateDataKey on <key>"


def test_what_is_open_changes_nothing() -> None:
    assert fields_of({"answers": {"is_it": {"settles": "kms_unreadable", "verdict": "open"}}}) == {}


def test_a_report_holds_no_account_no_name_of_others_and_nothing_of_the_domain_but_its_state() -> None:
    world = World()
    world.model.add_domain(
        DOMAIN, settings=lambda: {"Endpoint": "vpc-shop.es.amazonaws.com", "AccessPolicies": "secret"}
    )
    source = {"S3BucketName": "nowhere", "S3Key": "words.txt"}
    world.model.call(
        "CreatePackage", {"PackageName": "next-big-thing", "PackageType": "TXT-DICTIONARY", "PackageSource": source}
    )
    text = json.dumps(world.run().data)
    for secret in (ACCOUNT, BUCKET, DOMAIN, KEY, "next-big-thing", "vpc-shop", "AccessPolicies"):
        assert secret not in text
    assert "<account>" in text
    assert "<domain>" in text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice is not authorized",
            "User: <principal> is not authorized",
        ),
        ("the key AKIAIOSFODNN7EXAMPLE", "the key <key id>"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Signature=0af1&X-Amz-Security-Token=IQoJ", "=<removed>"),
        (f"arn:aws:iam::{ACCOUNT}:user/smith,alice@shop.example may not", "<principal> may not"),
        ("the caller AROAIOSFODNN7EXAMPLE:alice@shop.example", "the caller <key id>"),
        ("ask alice@shop.example", "ask <email>"),
        ("the account 1234-5678-9012", "the account <account>"),
        (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/alice-12ab", "<a key of KMS>"),
        ("owned by 210987654321", "owned by <another account>"),
        ("the secret wJalrXUtnFEMI", "the secret <secret>"),
        ("F123456789 is COPYING", "F123456789 is COPYING"),
    ],
)
def test_what_must_not_be_told_is_replaced(said: str, kept: str) -> None:
    redaction = Redaction(ACCOUNT, {"wJalrXUtnFEMI": "<secret>"})
    told = redaction.of_text(said)
    assert kept in told
    assert not re.search(r"\d{12}|AKIA|0af1|IQoJ|alice|wJalr", told)


def test_an_answer_is_kept_verbatim_otherwise() -> None:
    redaction = Redaction(ACCOUNT, {})
    package = {
        "PackageID": "F123456789",
        "PackageName": "osp-verify-0a1b-01",
        "CreatedAt": datetime(2027, 1, 1, tzinfo=UTC),
    }
    told = redaction.of_answer({"PackageDetails": package, "ResponseMetadata": {"HTTPHeaders": {}}})
    assert told == {"PackageDetails": {**package, "CreatedAt": "2027-01-01T00:00:00+00:00"}}

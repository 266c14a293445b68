"""`make verify-aws` against the local AWS: as a command, with the permissions of its policy and with less."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws.controls import ACCOUNT
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from local_aws.packages.seen import VARIABLE
from local_aws.processes import run
from tests.integration.anywhere import DOMAIN_ON_AWS
from verification.__main__ import main
from verification.ours import PREFIX, bucket_of
from verification.questions import load
from verification.report import AGREES

DOMAIN, USER = "shop-search", "verifier"
ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "tests" / "integration" / "test_stories_anywhere.py"
# Waiting as on AWS would take an hour. Things take longer here than it takes a busy machine to make two calls.
PACE = "0.008"
QUICK = {
    "copying": 0.25,
    "validating": 0.05,
    "deleting": 0.3,
    "associating": 0.3,
    "dissociating": 0.03,
    "processing_after_active": 0.03,
}
POLICY = json.loads((ROOT / "verification" / "permissions.json").read_text())
ACTIONS = [action for statement in POLICY["Statement"] for action in statement["Action"]]
# They are not tried before something is made: without them, one question stays open.
UNTRIED = ("kms:Decrypt", "kms:GenerateDataKey")
OF_STORIES = json.loads((ROOT / "verification" / "permissions-of-stories.json").read_text())
# They can be tried only when the bucket is there; the bucket is the first thing that is made.
NEED_A_BUCKET = ("s3:CreateBucket", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")


def policy(without: str = "") -> dict[str, Any]:
    """The policy for the domain here, perhaps without an action."""
    text = json.dumps(POLICY).replace("DOMAIN_NAME", DOMAIN)
    allowed: dict[str, Any] = json.loads(text)
    for statement in allowed["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one != without] or ["sts:GetCallerIdentity"]
    return allowed


@dataclass(frozen=True)
class Verifier:
    """A user of the account who has the policy's permissions and no others."""

    aws: LocalAws
    keys: dict[str, str]
    kms_key: str

    def may(self, allowed: dict[str, Any]) -> None:
        """Attach a policy, for the key here."""
        document = json.dumps(allowed).replace("KEY_ARN", self.kms_key)
        self.aws.client("iam").put_user_policy(UserName=USER, PolicyName="verification", PolicyDocument=document)

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which the user calls the local AWS."""
        return {**self.aws.full_environment(), **self.keys}

    @property
    def made(self) -> list[str]:
        """What is there that only `make verify-aws` makes."""
        buckets = [one["Name"] for one in self.aws.client("s3").list_buckets()["Buckets"]]
        packages = [one["PackageName"] for one in self.aws.packages()]
        return [name for name in buckets + packages if name.startswith(PREFIX)]


@pytest.fixture
def verifier(deployer: Deployer) -> Iterator[Verifier]:
    iam = deployer.aws.client("iam")
    iam.create_user(UserName=USER)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    deployer.aws.client("opensearch").create_domain(DomainName=DOMAIN, EngineVersion="OpenSearch_2.17")
    yield Verifier(
        deployer.aws,
        {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]},
        deployer.aws.client("kms").create_key()["KeyMetadata"]["Arn"],
    )
    for name in iam.list_user_policies(UserName=USER)["PolicyNames"]:
        iam.delete_user_policy(UserName=USER, PolicyName=name)
    iam.delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=USER)


@pytest.fixture
def verify(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """The command in this process, as the user. Gives the exit code and what it said."""
    for name, value in verifier.environment.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str, domain: str = DOMAIN) -> tuple[int, str]:
        report = str(tmp_path / "report.json")
        code = main(["--yes", "--pace", PACE, "--domain", domain, "--write", report, *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def test_with_the_policy_it_runs_to_the_end_agrees_everywhere_and_leaves_nothing(
    verifier: Verifier, tmp_path: Path
) -> None:
    verifier.may(policy())
    verifier.aws.behave(**QUICK)
    report = tmp_path / "report.json"
    variables = [f"DOMAIN={DOMAIN}", f"KEY={verifier.kms_key}", "YES=1", f"PACE={PACE}", f"WRITE={report}"]
    done = run(["make", "verify-aws", *variables], verifier.environment, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    text = report.read_text()
    answers = json.loads(text)["answers"]
    assert {name: one["verdict"] for name, one in answers.items()} == dict.fromkeys(load(), AGREES), done.stdout
    assert verifier.made == []
    for secret in (ACCOUNT, *verifier.keys.values(), bucket_of(ACCOUNT, "us-east-1"), DOMAIN, USER):
        assert secret not in text
    assert not re.search("signature|credential|security-token", text, re.IGNORECASE)
    read = run(["make", "verify-aws", f"REPORT={report}"], verifier.environment, cwd=ROOT)
    assert f"{len(answers)} agrees, 0 differs, 0 open" in read.stdout


def test_without_any_permission_it_names_each_that_it_needs(
    verifier: Verifier, verify: Callable[..., tuple[int, str]]
) -> None:
    expected = {*ACTIONS}.difference(UNTRIED, NEED_A_BUCKET)
    code, said = verify()
    reads = denied(said)
    assert code == 2
    assert {"es:DescribePackages", "es:DescribeDomain"} <= reads <= expected
    everything = policy()["Statement"]
    for statement in everything:
        statement["Action"] = [one for one in statement["Action"] if one in reads] or ["sts:GetCallerIdentity"]
    verifier.may({**policy(), "Statement": everything})
    code, said = verify()
    # To list a bucket is to read, and can be tried only where S3 says of the bucket that it is not there.
    assert (code, reads | denied(said)) == (2, expected)
    assert verifier.made == []


def denied(said: str) -> set[str]:
    """The actions that are named as not allowed."""
    return set(re.findall(r"^  ((?:es|s3):\w+): ", said, re.MULTILINE))


@pytest.mark.parametrize("action", ["es:DeletePackage", "s3:DeleteBucket", *NEED_A_BUCKET])
def test_without_one_permission_it_says_which_and_leaves_nothing(
    verifier: Verifier, verify: Callable[..., tuple[int, str]], action: str
) -> None:
    verifier.may(policy(without=action))
    code, said = verify()
    assert code == 2
    assert action in said
    assert verifier.made == []
    served = [one["Operation"] for one in verifier.aws.calls() if not one["Error"]]
    assert "CreatePackage" not in served


def test_without_a_domain_of_that_name_in_that_region_it_says_so_and_makes_nothing(
    verifier: Verifier, verify: Callable[..., tuple[int, str]]
) -> None:
    verifier.may({**policy(), "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    for arguments, domain, region in (([], "other", "us-east-1"), (["--region", "eu-west-1"], DOMAIN, "eu-west-1")):
        code, said = verify(*arguments, domain=domain)
        assert (code, f"There is no domain {domain} in the Region {region}." in said) == (2, True), said
    assert verifier.made == []


def test_a_busy_domain_is_left_alone(verifier: Verifier, verify: Callable[..., tuple[int, str]]) -> None:
    verifier.may(policy())
    verifier.aws.modify_domain(DOMAIN, 60)
    code, said = verify()
    assert (code, f"The domain {DOMAIN} is busy" in said) == (2, True), said
    assert verifier.made == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no credentials"),
        ({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "AWS does not accept the credentials"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "No Region is set"),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "What answers is not AWS"),
        ({"AWS_PROFILE": "nobody"}, "nobody"),
        ({"AWS_ENDPOINT_URL": "https://127.0.0.1:9"}, "There is no way to AWS"),
    ],
)
def test_where_it_cannot_begin_it_says_why(
    verifier: Verifier,
    verify: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    words: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        if not value:
            monkeypatch.delenv(name)
    code, said = verify()
    assert (code, words in said, "Nothing has been made." in said) == (2, True, True), said
    assert verifier.made == []


def test_without_a_yes_nothing_is_made_nor_tried(verifier: Verifier, tmp_path: Path) -> None:
    verifier.may(policy())
    command = [sys.executable, "-m", "verification", "--pace", PACE, "--write", str(tmp_path / "report.json")]
    done = run(command, verifier.environment, cwd=ROOT)
    assert (done.returncode, "asks " in done.stdout, "Say YES=1" in done.stdout) == (2, True, True), done.stdout
    assert verifier.made == []
    called = {one["Operation"] for one in verifier.aws.calls()}
    assert called
    assert all(one.startswith(("Describe", "List", "Get")) for one in called), called


def test_a_terminated_run_removes_everything_and_says_so(verifier: Verifier, tmp_path: Path) -> None:
    verifier.may(policy())
    command = [sys.executable, "-m", "verification", "--yes", "--pace", PACE, "--write", str(tmp_path / "report.json")]
    with subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        command, cwd=ROOT, env=verifier.environment, stdout=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 60
        while len(verifier.made) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(verifier.made) >= 2, "the bucket and a package"
        process.terminate()
        process.wait(timeout=60)
    assert process.returncode == 130
    assert verifier.made == []


def test_a_local_aws_behaves_like_a_report_and_goes_on_to_after_a_reset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    answer = {"settles": "missing_described", "seen": "not-found", "verdict": "differs"}
    path.write_text(json.dumps({"answers": {"what_is_said": answer}}))
    monkeypatch.setenv(VARIABLE, str(path))
    with LocalAws(tmp_path / "aws") as aws:
        opensearch = aws.client("opensearch")
        for _ in range(2):
            with pytest.raises(opensearch.exceptions.ResourceNotFoundException):
                opensearch.describe_packages(Filters=[{"Name": "PackageID", "Value": ["F0"]}])
            aws.reset()


def test_the_stories_for_a_real_account_run_with_the_policy_and_leave_nothing(verifier: Verifier) -> None:
    verifier.may({**policy(), "Statement": policy()["Statement"] + OF_STORIES["Statement"]})
    command = [sys.executable, "-m", "pytest", "-m", "aws_verified", "-n", "0", str(STORIES), "-k", "domain"]
    done = run(command, {**verifier.environment, DOMAIN_ON_AWS: DOMAIN}, cwd=ROOT)
    assert "1 passed" in done.stdout, done.stdout
    assert verifier.aws.packages() == []
    stacks = verifier.aws.client("cloudformation").describe_stacks()["Stacks"]
    assert [one["StackName"] for one in stacks] == ["CDKToolkit"]

"""The local AWS as a process: it listens where it may, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from local_aws import machine, story
from local_aws.deployer import Deployer
from local_aws.machine import ROOT, LocalAws, LocalAwsError

LINUX = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """`python -m local_aws`, its state in a folder of the test's own, bootstrapping played."""
    from local_aws import __main__  # noqa: PLC0415

    monkeypatch.setattr(__main__, "STATE", tmp_path / ".local-aws")
    monkeypatch.setattr(__main__, "ROOT", tmp_path)
    monkeypatch.setattr(__main__, "run", lambda *_: subprocess.CompletedProcess([], 0, ""))
    return __main__


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(condition: object) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if callable(condition) and condition():
            return True
        time.sleep(0.05)
    return False


def group(pid: int) -> list[int]:
    """The processes of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def listening(pid: int) -> list[str]:
    """The addresses that a process listens on, as /proc writes them."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes |= set(re.findall(r"socket:\[(\d+)\]", str(descriptor.readlink())))
        except OSError:
            continue
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="utf-8").splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] == "0A" and row[9] in inodes]


@LINUX
def test_listens_once_and_on_loopback_only(aws: LocalAws) -> None:
    assert listening(aws.pid) == [f"0100007F:{aws.port:04X}"]


@LINUX
def test_ends_with_its_parent_and_takes_its_functions_along(tmp_path: Path, deployer: Deployer) -> None:
    code = (
        "import sys, pathlib; from local_aws.machine import LocalAws\n"
        "aws = LocalAws(pathlib.Path(sys.argv[1])); aws.start()\n"
        "print(aws.pid, aws.port, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        started = LocalAws(tmp_path)
        pid, started.port = map(int, parent.stdout.readline().split())
        invoke_a_function(started)
        assert len(group(pid)) > 1
        parent.kill()
        parent.communicate()
    assert soon(lambda: not alive(pid))
    assert soon(lambda: group(pid) == [])


def invoke_a_function(aws: LocalAws) -> None:
    """Let a function run, so that its process is there."""
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return 1")
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = aws.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    aws.client("lambda").create_function(
        FunctionName="function",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": code.getvalue()},
    )
    aws.client("lambda").invoke(FunctionName="function")


def test_failing_start_shows_the_end_of_the_log(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=f"Cannot listen on 127.0.0.1:{aws.port}"):
        LocalAws(tmp_path, port=aws.port).start()


def test_environment_forgets_every_other_aws(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere")
    environment = aws.full_environment()
    assert "AWS_PROFILE" not in environment
    assert "AWS_ENDPOINT_URL_S3" not in environment
    assert environment["AWS_ENDPOINT_URL"] == aws.endpoint


def test_control_refuses_what_it_does_not_know(aws: LocalAws) -> None:
    with pytest.raises(LocalAwsError, match="Behaviour has no field 'misspelt'"):
        aws.behave(misspelt=1)
    with pytest.raises(LocalAwsError, match="404"):
        aws.control("GET", "nothing")


@LINUX
def test_interrupted_command_ends_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    marker = tmp_path / "pid"

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            machine.run(["sh", "-c", f"sleep 60 & echo $! > {marker}; wait"], os.environ)
    finally:
        signal.signal(signal.SIGALRM, before)
    child = int(marker.read_text(encoding="utf-8"))
    assert soon(lambda: not alive(child))


def test_up_and_down(commands: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert commands.up(0) == 0
    try:
        said = capsys.readouterr().out
        assert "export AWS_ENDPOINT_URL=https://127.0.0.1:" in said
        environment = tmp_path / ".local-aws" / "env"
        assert ". .local-aws/env" in said
        assert stat.S_IMODE(environment.stat().st_mode) == 0o600
        for line in environment.read_text(encoding="utf-8").splitlines():
            if "ACCESS_KEY" in line:
                assert line.partition("=")[2] not in said
            else:
                assert line in said
        assert commands.up(0) == 0
        assert process_named_in(said) == process_named_in(capsys.readouterr().out)
    finally:
        assert commands.down() == 0
    assert LocalAws.running(tmp_path / ".local-aws") is None
    assert commands.down() == 0


def test_what_up_says_is_enough_for_the_aws_cli_and_boto3(commands: ModuleType, tmp_path: Path) -> None:
    code = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'
    assert commands.up(0) == 0
    try:
        done = machine.run(["sh", "-c", f". {tmp_path}/.local-aws/env; exec {sys.executable} -c '{code}'"], os.environ)
    finally:
        assert commands.down() == 0
    assert done.stdout.strip() == "arn:aws:iam::000000000000:root"


@LINUX
@pytest.mark.parametrize("ends", [KeyboardInterrupt(), SystemExit(1), OSError("no node")], ids=repr)
def test_up_that_is_interrupted_while_it_bootstraps_leaves_nothing_running(
    commands: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ends: BaseException
) -> None:
    running: list[int] = []

    def interrupted(*_: object) -> None:
        found = LocalAws.running(tmp_path / ".local-aws")
        assert found
        running.append(found.pid)
        raise ends

    monkeypatch.setattr(commands, "run", interrupted)
    with pytest.raises(type(ends)):
        commands.up(0)
    assert not alive(running[0])
    assert LocalAws.running(tmp_path / ".local-aws") is None


def test_up_whose_bootstrapping_fails_says_why_and_leaves_nothing_running(
    commands: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(commands, "run", lambda *_: subprocess.CompletedProcess([], 1, "bootstrapping failed"))
    assert commands.up(0) == 1
    assert "bootstrapping failed" in capsys.readouterr().err
    assert LocalAws.running(tmp_path / ".local-aws") is None


@LINUX
def test_up_after_one_that_was_killed_while_it_bootstrapped_starts_anew(
    commands: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    half_done = LocalAws(tmp_path / ".local-aws", detached=True)
    half_done.start()  # all that a killed `up` has got to
    half_done_pid = half_done.pid
    try:
        assert commands.up(0) == 0
        assert "started anew" in (said := capsys.readouterr().out)
        assert process_named_in(said) != [str(half_done_pid)]
        assert soon(lambda: not alive(half_done_pid))
        assert commands.up(0) == 0, "and that one is ready"
        assert process_named_in(said) == process_named_in(capsys.readouterr().out)
    finally:
        assert commands.down() == 0


def test_up_tells_when_one_runs_at_another_port(
    commands: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert commands.up(0) == 0
    try:
        found = LocalAws.running(tmp_path / ".local-aws")
        assert found
        capsys.readouterr()
        assert commands.up(found.port + 1) == 1
        said = capsys.readouterr()
        assert f"running already, at port {found.port}" in said.err
        assert "export" not in said.out
        assert commands.up(found.port) == 0
        assert commands.up() == 0
    finally:
        assert commands.down() == 0


def test_up_does_not_start_a_second_one_while_another_up_is_at_work(
    commands: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []

    def meanwhile(*_: object) -> subprocess.CompletedProcess[str]:
        codes.append(commands.up(0))
        return subprocess.CompletedProcess([], 0, "")

    monkeypatch.setattr(commands, "run", meanwhile)
    try:
        assert commands.up(0) == 0
    finally:
        assert commands.down() == 0
    assert codes == [1]
    assert "Another `make local-up`" in capsys.readouterr().err


def process_named_in(said: str) -> list[str]:
    return re.findall(r"process (\d+)", said)


@pytest.mark.parametrize(
    ("ends", "code"), [(None, 0), (story.StoryError("the version is v3"), 1), (KeyboardInterrupt(), 130)]
)
def test_story_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ends: BaseException | None, code: int
) -> None:
    def run(_: object) -> None:
        if ends:
            raise ends

    monkeypatch.setattr(story._Story, "run", run)
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    try:
        assert story.tell() == code
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)
    if isinstance(ends, story.StoryError):
        assert "the version is v3" in capsys.readouterr().err

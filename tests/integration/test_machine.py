"""The local AWS as a process: it listens where it may, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
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
        environment = (tmp_path / ".local-aws" / "env").read_text(encoding="utf-8")
        assert all(line.strip() in said for line in environment.splitlines())
        assert commands.up(0) == 0
        assert re.findall(r"process (\d+)", said) == re.findall(r"process (\d+)", capsys.readouterr().out)
    finally:
        assert commands.down() == 0
    assert LocalAws.running(tmp_path / ".local-aws") is None
    assert commands.down() == 0


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

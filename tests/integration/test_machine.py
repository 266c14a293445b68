"""The local AWS as a process: it listens where it may, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_aws import story
from local_aws.__main__ import down, main, up
from local_aws.background import FOLDER, Background
from local_aws.certificate import ADDRESS
from local_aws.controls import ACCOUNT, LocalAwsError
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from local_aws.processes import run

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")


@pytest.fixture
def background(tmp_path: Path) -> Background:
    """What the command starts and stops, its state in a folder of the test's own, bootstrapping played."""
    return Background(tmp_path / FOLDER, bootstrap=lambda _: None)


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


def test_a_profile_and_a_proxy_of_the_users_do_not_come_between(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "intranet")
    found = LocalAws.running(aws.state)
    assert found
    assert found.client("sts").get_caller_identity()["Account"] == ACCOUNT
    in_its_environment = [
        sys.executable,
        "-c",
        "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])",
    ]
    assert run(in_its_environment, found.full_environment()).stdout == f"{ACCOUNT}\n"
    assert found.full_environment()["NO_PROXY"] == f"intranet,{ADDRESS}"


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
            run(["sh", "-c", f"sleep 60 & echo $! > {marker}; wait"], os.environ)
    finally:
        signal.signal(signal.SIGALRM, before)
    child = int(marker.read_text(encoding="utf-8"))
    assert soon(lambda: not alive(child))


def test_up_and_down(background: Background, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert up(background) == 0
    try:
        said = capsys.readouterr().out
        assert "export AWS_ENDPOINT_URL=https://127.0.0.1:" in said
        environment = tmp_path / FOLDER / "env"
        assert os.path.relpath(environment) in said
        assert stat.S_IMODE(environment.stat().st_mode) == 0o600
        for line in environment.read_text(encoding="utf-8").splitlines():
            if "ACCESS_KEY" in line:
                assert line.partition("=")[2] not in said
            else:
                assert line in said
        assert up(background) == 0
        assert process_named_in(said) == process_named_in(capsys.readouterr().out)
    finally:
        assert down(background) == 0
    assert LocalAws.running(tmp_path / FOLDER) is None
    assert down(background) == 0
    assert (tmp_path / FOLDER / ".gitignore").read_text() == "*\n", "nobody commits the state"


def test_what_up_says_is_enough_for_the_aws_cli_and_boto3(background: Background, tmp_path: Path) -> None:
    code = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'
    assert up(background) == 0
    try:
        done = run(["sh", "-c", f". {tmp_path}/{FOLDER}/env; exec {sys.executable} -c '{code}'"], os.environ)
    finally:
        assert down(background) == 0
    assert done.stdout.strip() == "arn:aws:iam::000000000000:root"


def test_up_says_where_it_cannot_keep_its_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FOLDER).write_text("a file")
    monkeypatch.chdir(tmp_path)
    assert main(["up"]) == 1
    assert f"cannot be kept in {tmp_path / FOLDER}: File exists. Go to" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["80000", "0", "-1", "http"])
def test_up_refuses_what_is_no_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["up", f"--port={port}"])
    assert f"{port} is no port: a number from 1 to 65535" in capsys.readouterr().err


@LINUX
@pytest.mark.parametrize("ends", [KeyboardInterrupt(), SystemExit(1), LocalAwsError("no template")], ids=repr)
def test_up_that_ends_while_it_bootstraps_leaves_nothing_running(tmp_path: Path, ends: BaseException) -> None:
    running: list[int] = []

    def interrupted(aws: LocalAws) -> None:
        running.append(aws.pid)
        raise ends

    with pytest.raises(type(ends)):
        up(Background(tmp_path / FOLDER, bootstrap=interrupted))
    assert not alive(running[0])
    assert LocalAws.running(tmp_path / FOLDER) is None


@LINUX
def test_up_after_one_that_was_killed_while_it_bootstrapped_starts_anew(
    background: Background, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    half_done = LocalAws(tmp_path / FOLDER, detached=True)
    half_done.start()  # all that a killed `up` has got to
    half_done_pid = half_done.pid
    try:
        assert up(background) == 0
        assert "started anew" in (said := capsys.readouterr().out)
        assert process_named_in(said) != [str(half_done_pid)]
        assert soon(lambda: not alive(half_done_pid))
        assert up(background) == 0, "and that one is ready"
        assert process_named_in(said) == process_named_in(capsys.readouterr().out)
    finally:
        assert down(background) == 0


def test_up_tells_when_one_runs_at_another_port(background: Background, capsys: pytest.CaptureFixture[str]) -> None:
    assert up(background) == 0
    try:
        found = background.ready()
        assert found
        capsys.readouterr()
        with pytest.raises(LocalAwsError, match=f"running already, at port {found.port}"):
            up(background, found.port + 1)
        assert "export" not in capsys.readouterr().out
        assert up(background, found.port) == 0
    finally:
        assert down(background) == 0


def test_up_does_not_start_a_second_one_while_another_up_is_at_work(background: Background, tmp_path: Path) -> None:
    refused: list[str] = []

    def meanwhile(_: LocalAws) -> None:
        with pytest.raises(LocalAwsError) as caught:
            up(background)
        refused.append(str(caught.value))

    try:
        assert up(Background(tmp_path / FOLDER, bootstrap=meanwhile)) == 0
    finally:
        assert down(background) == 0
    assert len(refused) == 1
    assert "Another `opensearch-packages-local up`" in refused[0]


def test_run_uses_the_one_that_is_up_here_and_otherwise_one_of_its_own(
    background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = "import os, pathlib, sys; pathlib.Path('seen').write_text(os.environ['AWS_ENDPOINT_URL']); sys.exit(3)"
    command = ["run", "--", "python", "-c", code]
    assert main(command) == 3
    own = (tmp_path / "seen").read_text()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(own.rpartition(":")[2])))
    aws = background.up()
    try:
        assert main(command) == 3
        assert (tmp_path / "seen").read_text() == aws.endpoint
    finally:
        assert main(["down"]) == 0


@LINUX
def test_run_that_is_terminated_ends_its_program_and_its_local_aws(tmp_path: Path) -> None:
    code = "import os, time; print(os.getpid(), os.getppid(), os.environ['AWS_CA_BUNDLE'], flush=True); time.sleep(60)"
    with subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-m", "local_aws", "run", "python", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        program, parent, authority = process.stdout.readline().split()
        assert int(parent) == process.pid
        process.terminate()
        assert process.wait(timeout=30) == 143
    assert not alive(int(program))
    assert not Path(authority).parent.exists(), "its state is gone, and so is what it ran in"


@pytest.mark.parametrize(
    ("program", "words"), [("cdk", "npm install --global aws-cdk"), ("no-such-program", "is not on the PATH")]
)
def test_run_says_what_is_missing_before_it_starts_anything(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    program: str,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(LocalAws, "start", lambda _: pytest.fail("a local AWS was started"))
    assert main(["run", program]) == 1
    assert words in capsys.readouterr().err


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

"""The local AWS from outside: start it, reach it, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local_aws.access import OWNER_ONLY_FOLDER
from local_aws.certificate import AUTHORITY, BUNDLE
from local_aws.controls import ACCOUNT, REGION, Controls, LocalAwsError
from local_aws.processes import clean_environment, without_proxy
from local_aws.server import READY

# Appended to the path, so that nothing that lies beside this package hides a module of Python's own.
SERVER = "import sys; sys.path.append(sys.argv.pop(1)); from local_aws.server import main; main()"
BESIDE = Path(__file__).resolve().parent.parent
LOG = "server.log"
# What the extra `local` brings.
EXTRA = ("boto3", "ministack", "trustme")
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 8.0


class LocalAws(Controls):
    """One local AWS. As a context manager it lives as long as the block.

    Args:
        state: The folder of its own for everything that it keeps; made where there is none.
        port: Where it listens on loopback. Default: a free port.
        detached: Whether it goes on when this process has ended. Default: it ends with it, however that ends.

    Attributes:
        state: The folder, as an absolute path.
        pid: The id of its process; 0 where it does not run.
        port: Where it listens.
    """

    def __init__(self, state: Path, *, port: int = 0, detached: bool = False) -> None:
        super().__init__(state.resolve(), port)
        self.pid = 0
        self._detached = detached
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it is ready: seconds.

        Raises:
            LocalAwsError: it did not start, or the extra `local` is not installed.
        """
        check_extra()
        self.state.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        (self.state / READY).unlink(missing_ok=True)
        command = [sys.executable, "-c", SERVER, str(BESIDE), "--state", str(self.state), "--port", str(self.port)]
        if not self._detached:
            command.append("--child")
        with (self.state / LOG).open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                command,
                cwd=self.state,
                env=clean_environment(),
                stdin=subprocess.DEVNULL if self._detached else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: what a terminal's Ctrl-C ends first is the caller, who then stops this; and
                # what functions leave behind can be ended with it.
                start_new_session=True,
            )
        self.pid = self._process.pid
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    @classmethod
    def running(cls, state: Path) -> LocalAws | None:
        """The one that runs in a state folder, or `None`."""
        found = cls(state, detached=True)
        try:
            facts = json.loads((found.state / READY).read_text(encoding="utf-8"))
            found.pid, found.port = facts["pid"], facts["port"]
            found.control("GET", "health")
        except (OSError, ValueError, KeyError, LocalAwsError):
            return None
        return found

    def stop(self) -> None:
        """End it by its process id, and what its functions left running."""
        if not self.pid:
            return
        for number, seconds in ((signal.SIGTERM, SECONDS_TO_STOP), (signal.SIGKILL, SECONDS_TO_STOP)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            if self._ended(seconds):
                break
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._process and self._process.stdin:
            self._process.stdin.close()
        (self.state / READY).unlink(missing_ok=True)
        self.pid = 0
        self._clients.clear()

    def environment(self) -> dict[str, str]:
        """The variables that point the AWS CLI, the CDK and boto3 at it, as the account's root."""
        authority = str(self.state / AUTHORITY)
        key = self.key
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            # AWS's tools talk to nobody else, and read all of it for each connection: the system's takes seconds.
            "AWS_CA_BUNDLE": authority,
            "SSL_CERT_FILE": str(self.state / BUNDLE),
            "NODE_EXTRA_CA_CERTS": authority,
            # Files of the user's own that could point elsewhere, and a lookup that would wait for a time-out.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **without_proxy(),
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
            "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "20",
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "20",
        }

    def full_environment(self) -> dict[str, str]:
        """The environment of this process with those variables, and without what is about another AWS."""
        return {**clean_environment(), **self.environment()}

    def client(self, service: str) -> Any:
        """A boto3 client for it, as the account's root; the same one each time."""
        from local_aws.clients import client_of  # noqa: PLC0415 - slow, and not needed by `up` and `down`

        if service not in self._clients:
            self._clients[service] = client_of(service, self.endpoint, self.key, REGION, self.state / AUTHORITY)
        return self._clients[service]

    def log_tail(self, lines: int = 30) -> str:
        """The end of its log, which has what the functions have logged, too."""
        try:
            text = (self.state / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self._process and self._process.poll() is not None:
                break
            with contextlib.suppress(OSError, ValueError, KeyError):
                self.port = json.loads((self.state / READY).read_text(encoding="utf-8"))["port"]
                self.control("GET", "health")
                return
            time.sleep(0.05)
        raise LocalAwsError(f"The local AWS did not start. The end of its log:\n{self.log_tail()}")

    def _ended(self, seconds: float) -> bool:
        if self._process:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        # Not our child: its process id may outlive it where nobody reaps; the file goes last.
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not (self.state / READY).exists():
                return True
            time.sleep(0.05)
        return False


def check_extra() -> None:
    """Raises `LocalAwsError`, which says what to install, where the extra `local` is not installed."""
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise LocalAwsError(
            f"The local AWS needs {', '.join(missing)}; "
            "install the extra with `pip install 'cdk-opensearch-packages[local]'`."
        )

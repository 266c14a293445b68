"""A local AWS in the background that belongs to a folder: started, found again, stopped."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from local_aws import cdk_cli
from local_aws.access import OWNER_ONLY_FOLDER, write_private
from local_aws.controls import LocalAwsError
from local_aws.deployer import bootstrap
from local_aws.machine import LocalAws, check_extra

COMMAND = "opensearch-packages-local"
FOLDER = ".local-aws"
# Variables of the real AWS that would win over those that point at the local one.
UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
# Holds the process id of the local AWS that was bootstrapped.
BOOTSTRAPPED, LOCK, ENVIRONMENT = "bootstrapped", "up.lock", "env"


class Background:
    """The local AWS whose state is in a folder.

    Args:
        state: the folder, which is made where there is none.
        bootstrap: what is done with one that has started, before it is ready.
    """

    def __init__(self, state: Path, bootstrap: Callable[[LocalAws], None] = bootstrap) -> None:
        self.state = state
        self._bootstrap = bootstrap

    def up(self, port: int | None = None, like: Path | None = None) -> LocalAws:
        """The one that is ready, or one that is started now.

        Args:
            port: where it listens on loopback; by default where it listens already, or at a free port.
            like: a report of `make verify-aws`: it behaves like what was seen there.

        Raises:
            LocalAwsError: it did not start, or runs otherwise than it is asked for.
        """
        check_extra()
        if like:
            _behave_like(like)
        with self._alone():
            return self._ready(port, like) or self._start(port or 0)

    def ready(self) -> LocalAws | None:
        """The one that runs and is bootstrapped, or `None`."""
        aws = LocalAws.running(self.state)
        return aws if aws and self._is_bootstrapped(aws) else None

    def down(self) -> bool:
        """Stop it; returns whether there was one."""
        aws = LocalAws.running(self.state)
        if aws:
            aws.stop()
        return aws is not None

    def write_environment(self, aws: LocalAws) -> tuple[Path, str]:
        """Write for a shell what points tools at it; returns the file, and what it says without the key."""
        lines = [f"unset {' '.join(UNSET)}", f'export PATH="{_tools()}:$PATH"']
        lines += [f"export {name}={shlex.quote(value)}" for name, value in aws.environment().items()]
        text = "\n".join(lines) + "\n"
        write_private(self.state / ENVIRONMENT, text)
        for secret in (aws.key.access_key_id, aws.key.secret_access_key):
            text = text.replace(shlex.quote(secret), "(a secret, in the file only)")
        return self.state / ENVIRONMENT, text

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else starts it meanwhile. The lock ends with the process, however that ends."""
        try:
            self.state.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            (self.state / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise LocalAwsError(
                f"The state of a local AWS cannot be kept in {self.state}: {error.strerror}. "
                "Go to a folder in which you may write."
            ) from error
        with (self.state / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalAwsError(
                    f"Another `{COMMAND} up` is starting a local AWS here. Try again when it is done."
                ) from None
            yield

    def _ready(self, port: int | None, like: Path | None) -> LocalAws | None:
        """The one that is ready, or `None`. One that is not, because its start was cut, is stopped."""
        aws = LocalAws.running(self.state)
        if aws is None:
            return None
        if not self._is_bootstrapped(aws):
            print("The local AWS that runs was not set up to the end: it is started anew.")
            aws.stop()
            return None
        stop = f"Stop it with `{COMMAND} down` to start one"
        if like:
            raise LocalAwsError(f"A local AWS is running already. {stop} like a report.")
        if port and port != aws.port:
            raise LocalAwsError(f"A local AWS is running already, at port {aws.port}. {stop} at port {port}.")
        return aws

    def _is_bootstrapped(self, aws: LocalAws) -> bool:
        try:
            return (self.state / BOOTSTRAPPED).read_text(encoding="utf-8") == str(aws.pid)
        except OSError:
            return False

    def _start(self, port: int) -> LocalAws:
        (self.state / BOOTSTRAPPED).unlink(missing_ok=True)
        aws = LocalAws(self.state, port=port, detached=True)
        aws.start()
        try:
            self._bootstrap(aws)
            (self.state / BOOTSTRAPPED).write_text(str(aws.pid), encoding="utf-8")
        except BaseException:
            aws.stop()
            raise
        return aws


def _behave_like(report: Path) -> None:
    """Have the local AWS that is started next behave like a report."""
    from local_aws.packages import seen  # noqa: PLC0415 - the service's model is the extra's

    try:
        seen.read_fields(report)
    except (OSError, ValueError) as error:
        raise LocalAwsError(str(error)) from error
    os.environ[seen.VARIABLE] = str(report.resolve())


def _tools() -> str:
    """The folders of the Python with which it was started, and of the CDK CLI where that was on the `PATH`."""
    cli = shutil.which(cdk_cli.NAME)
    folders = [Path(sys.executable).parent, *([Path(cli).parent] if cli else [])]
    return ":".join(dict.fromkeys(map(str, folders)))

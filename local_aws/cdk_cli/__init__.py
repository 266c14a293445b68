"""The CDK CLI of this machine: found on the `PATH`, and new enough; and what of it is used without starting it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from local_aws.controls import LocalAwsError

NAME = "cdk"
# Older ones are made with version 2 of the AWS SDK for JavaScript, which does not know `AWS_ENDPOINT_URL`: they would
# call AWS itself.
OLDEST = (2, 163, 0)
INSTALL = "install it with `npm install --global aws-cdk`"
_HERE = Path(__file__).resolve().parent
# What `cdk bootstrap` deploys: the CLI's own file, word for word, so that the CLI need not be there (NOTICE).
BOOTSTRAP_TEMPLATE = _HERE / "bootstrap-template.yaml"
# Loaded into a process of the CDK CLI by `NODE_OPTIONS=--require`.
SHORT_PAUSES = _HERE / "short_pauses.cjs"


def cdk(*arguments: str) -> list[str]:
    """A command of the CDK CLI on the `PATH`, without its notices and its questions.

    Raises:
        LocalAwsError: there is none, or it is too old.
    """
    return [find(os.environ.get("PATH", "")), "--no-notices", "--no-version-reporting", *arguments]


@cache
def find(path: str) -> str:
    """The file of the CDK CLI in the folders of a `PATH`.

    Raises:
        LocalAwsError: there is none, or it is too old.
    """
    found = shutil.which(NAME, path=path)
    if found is None:
        raise LocalAwsError(f"The CDK CLI (`{NAME}`) is not on the PATH; {INSTALL}.")
    # The folder of `node` is on the PATH, too.
    environment = {**os.environ, "PATH": path}
    said = subprocess.run([found, "--version"], env=environment, capture_output=True, text=True, check=False).stdout  # noqa: S603
    version = re.match(r"(\d+)\.(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise LocalAwsError(
            f"The local AWS needs version {oldest} or later of the CDK CLI, and {found} is {said.strip() or 'none'}; "
            f"{INSTALL}."
        )
    return found

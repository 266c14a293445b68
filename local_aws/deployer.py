"""Stacks on the local AWS for tests: synthesized in this process, deployed through the API, without the CDK CLI.

The CLI costs seconds a call; what it does between a cloud assembly and CloudFormation is small, and done here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.assembly import AssetManifest, Publisher, artifacts, synthesized
from local_aws.cdk_cli import BOOTSTRAP_TEMPLATE, SHORT_PAUSES, cdk
from local_aws.controls import ACCOUNT, REGION, LocalAwsError
from local_aws.deployment import Deployment
from local_aws.machine import LocalAws
from local_aws.processes import run

if TYPE_CHECKING:
    from local_aws.assembly import Buildable

LONGEST_INLINE_TEMPLATE = 51_200
SECONDS = 120.0
# How long to wait before looking at a stack again: a part of the time waited so far, because each look takes CPU time
# from the deployments that are waited for.
PART = 0.1
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
TOOLKIT = "CDKToolkit"
BOOTSTRAP = {
    "CloudFormationExecutionPolicies": "arn:aws:iam::aws:policy/AdministratorAccess",
    "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
}


class Deployer:
    """Deploys stacks to one local AWS.

    Args:
        aws: the local AWS, which runs.
        folder: an existing folder for what is synthesized.
    """

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self.aws = aws
        self._folder = folder
        self._publisher = Publisher(aws)
        self._deployed: list[str] = []

    def synthesize(self, build: Buildable, context: Mapping[str, Any] | None = None) -> Path:
        """The folder of the cloud assembly of what `deploy` takes."""
        return synthesized(build, self._folder, context)

    def deploy(
        self,
        build: Buildable,
        *,
        context: Mapping[str, Any] | None = None,
        only: Iterable[str] = (),
        succeed: bool = True,
    ) -> Deployment:
        """Create or update stacks in the order that they depend on each other; returns how the last one ended.

        The first stack that fails ends the deployment. What the CDK CLI refuses before it deploys is not asked for:
        changes of permissions, protection against termination.

        Args:
            build: an `App`, a `Stage`, a `Stack` (all stacks of its app are deployed), a function that adds stacks to
                the `App` that it is given, or the folder of a cloud assembly.
            context: the context of the app that such a function is given.
            only: the names of the stacks to deploy; by default all.
            succeed: whether this is to succeed. What ends otherwise is an error: with `False`, a success is one.

        Raises:
            LocalAwsError: it ended otherwise, with all events; or a stack cannot be deployed here.
            botocore.exceptions.ClientError: CloudFormation refused the request, as for a template with a mistake.
        """
        assembly = self.synthesize(build, context)
        chosen, last = set(only), None
        for artifact in artifacts(assembly):
            if isinstance(artifact, AssetManifest):
                self._publisher.publish(artifact)
            elif not chosen or artifact.name in chosen:
                last = self.deploy_template(artifact.name, artifact.template, artifact.parameters, succeed=None)
                if not last.succeeded:
                    break
        if last is None:
            raise LocalAwsError(f"There is no stack to deploy in {assembly}")
        return _as_expected(last, succeed)

    def publish(self, assembly: Path) -> None:
        """Upload an assembly's files, for templates that are deployed one by one."""
        for artifact in artifacts(assembly):
            if isinstance(artifact, AssetManifest):
                self._publisher.publish(artifact)

    def deploy_template(
        self,
        stack_name: str,
        template: str | Mapping[str, Any],
        parameters: Mapping[str, str] | None = None,
        *,
        succeed: bool | None = True,
        **options: Any,
    ) -> Deployment:
        """Create or update one stack; returns how it ended.

        Args:
            stack_name: its name. A stack whose creation has been rolled back is deleted first.
            template: its template, as text (JSON or YAML) or as what JSON makes of it.
            parameters: the template's parameters.
            succeed: whether this is to succeed; `None` takes any end.
            options: further members of CreateStack and UpdateStack, as `DisableRollback`.

        Raises:
            LocalAwsError: it ended otherwise, or has not ended after two minutes.
            botocore.exceptions.ClientError: CloudFormation refused the request.
        """
        cloudformation = self.aws.client("cloudformation")
        body = template if isinstance(template, str) else json.dumps(template)
        request = {
            "StackName": stack_name,
            "Capabilities": CAPABILITIES,
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value} for name, value in (parameters or {}).items()
            ],
            **self._template(stack_name, body),
            **options,
        }
        if self._status(stack_name) in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
            self.destroy(stack_name)
        exists = bool(self._status(stack_name))
        before = self._events(stack_name) if exists else []
        try:
            self._deployed.append(stack_name)
            if exists:
                cloudformation.update_stack(**request)
            else:
                cloudformation.create_stack(**request)
        except cloudformation.exceptions.ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
        return _as_expected(self._wait(stack_name, len(before)), succeed)

    def destroy(self, *stack_names: str, succeed: bool = True) -> Deployment:
        """Delete stacks, one after the other; returns how the last one ended. One that is not there is deleted.

        Raises:
            LocalAwsError: one ended otherwise than `succeed` says, or has not ended after two minutes.
        """
        last = None
        for stack_name in stack_names:
            stack_id = self._stack(stack_name).get("StackId", stack_name)
            before = self._events(stack_id)
            self.aws.client("cloudformation").delete_stack(StackName=stack_name)
            last = _as_expected(self._wait(stack_id, len(before)), succeed)
        if last is None:
            raise LocalAwsError("There is no stack to destroy")
        return last

    def destroy_all(self) -> None:
        """Delete every stack that this deployer has deployed and that is there, the last one first.

        Raises:
            LocalAwsError: one cannot be deleted, or has not ended after two minutes.
        """
        for stack_name in reversed(list(dict.fromkeys(self._deployed))):
            if self._status(stack_name):
                self.destroy(stack_name)
        self._deployed.clear()

    def cli(self, build: Buildable, *arguments: str) -> tuple[int, str]:
        """Run the real CDK CLI on what `deploy` takes; returns its exit code and what it said.

        Only its pauses between two looks at a stack are shorter. Where a change set is not the point,
        `--method direct` saves the one that `cdk deploy` makes otherwise, and waits for.

        Raises:
            LocalAwsError: the CDK CLI is not on the `PATH`, or too old.
        """
        command = cdk("--app", str(self.synthesize(build)), "--progress", "events", *arguments)
        environment = {**self.aws.full_environment(), "NODE_OPTIONS": f'--require "{SHORT_PAUSES}"'}
        done = run(command, environment, cwd=self._folder)
        return done.returncode, done.stdout

    def _template(self, stack_name: str, body: str) -> dict[str, str]:
        if len(body.encode()) <= LONGEST_INLINE_TEMPLATE:
            return {"TemplateBody": body}
        bucket, key = _assets_bucket(), f"{stack_name}.template"
        self.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
        return {"TemplateURL": f"{self.aws.endpoint}/{bucket}/{key}"}

    def _stack(self, stack_name: str) -> dict[str, Any]:
        cloudformation = self.aws.client("cloudformation")
        try:
            found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        except cloudformation.exceptions.ClientError:
            return {}
        return found

    def _status(self, stack_name: str) -> str:
        status: str = self._stack(stack_name).get("StackStatus", "")
        return "" if status == "DELETE_COMPLETE" else status

    def _events(self, stack_name: str) -> list[dict[str, Any]]:
        """A stack's events, oldest first."""
        cloudformation = self.aws.client("cloudformation")
        try:
            pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_name)
            events = [one for page in pages for one in page["StackEvents"]]
        except cloudformation.exceptions.ClientError:
            return []
        return events[::-1]

    def _wait(self, stack_name: str, seen: int) -> Deployment:
        started = time.monotonic()
        while (waited := time.monotonic() - started) < SECONDS:
            stack = self._stack(stack_name)
            status = stack.get("StackStatus", "DELETE_COMPLETE")
            if not status.endswith("_IN_PROGRESS"):
                outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
                return Deployment(stack_name, status, outputs, self._events(stack_name)[seen:])
            time.sleep(min(max(PART * waited, SHORTEST_PAUSE), LONGEST_PAUSE))
        raise LocalAwsError(f"{stack_name} is still changing after {SECONDS:.0f} s")


def _as_expected(deployment: Deployment, succeed: bool | None) -> Deployment:
    if succeed is not None and deployment.succeeded != succeed:
        raise LocalAwsError(f"{'Failed' if succeed else 'Succeeded'} unexpectedly:\n{deployment}")
    return deployment


def _assets_bucket() -> str:
    return f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


def bootstrap(aws: LocalAws) -> None:
    """What `cdk bootstrap` does: deploy the CLI's own template, with its own parameters."""
    template = BOOTSTRAP_TEMPLATE.read_text(encoding="utf-8")
    Deployer(aws, aws.state).deploy_template(TOOLKIT, template, BOOTSTRAP)

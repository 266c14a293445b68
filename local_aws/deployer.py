"""Stacks on the local AWS for tests: synthesized in this process, deployed through the API, without the CDK CLI.

The CLI costs seconds a call; what it does between a cloud assembly and CloudFormation is small, and done here.
"""

from __future__ import annotations

import io
import json
import mimetypes
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.machine import ACCOUNT, REGION, ROOT, LocalAws, LocalAwsError, cdk, run

if TYPE_CHECKING:
    from aws_cdk import App

LONGEST_INLINE_TEMPLATE = 51_200
SECONDS = 120.0
# How long to wait before looking at a stack again: a part of the time waited so far, because each look takes CPU time
# from the deployments that are waited for.
PART = 0.1
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# Loaded into each process of the CDK CLI.
SHORT_PAUSES = ROOT / "local_aws/cdk_cli/short_pauses.cjs"
BOOTSTRAP_TEMPLATE = ROOT / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
BOOTSTRAP = {
    "CloudFormationExecutionPolicies": "arn:aws:iam::aws:policy/AdministratorAccess",
    "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
}


@dataclass(frozen=True)
class Deployment:
    """How an operation on a stack ended."""

    stack_name: str
    status: str
    outputs: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    """The operation's own, oldest first."""

    @property
    def succeeded(self) -> bool:
        """Whether the stack is where the operation was to bring it."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    @property
    def reasons(self) -> list[str]:
        """Why resources failed."""
        return [one["ResourceStatusReason"] for one in self.events if one["ResourceStatus"].endswith("_FAILED")]

    def __str__(self) -> str:
        lines = [
            f"{one['ResourceStatus']:<45} {one['LogicalResourceId']} {one.get('ResourceStatusReason', '')}".rstrip()
            for one in self.events
        ]
        return "\n".join([f"{self.stack_name}: {self.status}", *lines])


class Deployer:
    """Deploys to one local AWS."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self.aws = aws
        self._folder = folder
        self._published: set[tuple[str, str]] = set()

    def bootstrap(self) -> None:
        """What `cdk bootstrap` does: deploy the CLI's own template, with its own parameters."""
        self.deploy_template("CDKToolkit", BOOTSTRAP_TEMPLATE.read_text(encoding="utf-8"), BOOTSTRAP)

    def synthesize(self, build: Callable[[App], object], context: Mapping[str, Any] | None = None) -> Path:
        """A cloud assembly of the stacks that `build` adds to an app."""
        from aws_cdk import App  # noqa: PLC0415 - seconds, and only here

        outdir = tempfile.mkdtemp(prefix="assembly-", dir=self._folder)
        app = App(outdir=outdir, context=dict(context or {}), analytics_reporting=False)
        build(app)
        return Path(app.synth().directory)

    def deploy(
        self,
        build: Callable[[App], object] | Path,
        *,
        context: Mapping[str, Any] | None = None,
        only: Iterable[str] = (),
        succeed: bool = True,
    ) -> Deployment:
        """Deploy an app's stacks in their order; returns how the last one ended.

        `build` adds the stacks to the app, or is a cloud assembly. The first stack that fails ends the deployment.
        With `succeed`, a failure is an error; without it, a success is.
        """
        assembly = build if isinstance(build, Path) else self.synthesize(build, context)
        artifacts = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
        chosen, last = set(only), None
        for name in _ordered(artifacts):
            properties = artifacts[name].get("properties", {})
            if artifacts[name]["type"] == "cdk:asset-manifest":
                self._publish(assembly, properties["file"])
            elif artifacts[name]["type"] == "aws:cloudformation:stack":
                stack_name = properties.get("stackName", name)
                if chosen and stack_name not in chosen:
                    continue
                template = (assembly / properties["templateFile"]).read_text(encoding="utf-8")
                last = self.deploy_template(stack_name, template, properties.get("parameters"), succeed=None)
                if not last.succeeded:
                    break
        if last is None:
            raise LocalAwsError(f"There is no stack to deploy in {assembly}")
        return _as_expected(last, succeed)

    def publish(self, assembly: Path) -> None:
        """Upload an assembly's files, for templates that are deployed one by one."""
        artifacts = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
        for artifact in artifacts.values():
            if artifact["type"] == "cdk:asset-manifest":
                self._publish(assembly, artifact["properties"]["file"])

    def deploy_template(
        self,
        stack_name: str,
        template: str | Mapping[str, Any],
        parameters: Mapping[str, str] | None = None,
        *,
        succeed: bool | None = True,
        **options: Any,
    ) -> Deployment:
        """Create or update one stack. `options` go to CreateStack or UpdateStack, as `DisableRollback`."""
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
            if exists:
                cloudformation.update_stack(**request)
            else:
                cloudformation.create_stack(**request)
        except cloudformation.exceptions.ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
        return _as_expected(self._wait(stack_name, len(before)), succeed)

    def destroy(self, *stack_names: str, succeed: bool = True) -> Deployment:
        """Delete stacks, one after the other; returns how the last one ended."""
        last = None
        for stack_name in stack_names:
            stack_id = self._stack(stack_name).get("StackId", stack_name)
            before = self._events(stack_id)
            self.aws.client("cloudformation").delete_stack(StackName=stack_name)
            last = _as_expected(self._wait(stack_id, len(before)), succeed)
        if last is None:
            raise LocalAwsError("There is no stack to destroy")
        return last

    def cli(self, build: Callable[[App], object] | Path, *arguments: str) -> tuple[int, str]:
        """Run the real CDK CLI on an app; returns its exit code and what it said.

        Only its pauses between two looks at a stack are shorter. Where a change set is not the point,
        `--method direct` saves the one that `cdk deploy` makes otherwise, and waits for.
        """
        assembly = build if isinstance(build, Path) else self.synthesize(build)
        command = cdk("--app", str(assembly), "--progress", "events", *arguments)
        environment = {**self.aws.full_environment(), "NODE_OPTIONS": f'--require "{SHORT_PAUSES}"'}
        done = run(command, environment, cwd=self._folder)
        return done.returncode, done.stdout

    def _template(self, stack_name: str, body: str) -> dict[str, str]:
        if len(body.encode()) <= LONGEST_INLINE_TEMPLATE:
            return {"TemplateBody": body}
        bucket, key = _assets_bucket(), f"{stack_name}.template"
        self.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
        return {"TemplateURL": f"{self.aws.endpoint}/{bucket}/{key}"}

    def _publish(self, assembly: Path, manifest: str) -> None:
        """Upload the files of an asset manifest as the CLI does: typed by name, encrypted as the bucket says."""
        for asset in json.loads((assembly / manifest).read_text(encoding="utf-8"))["files"].values():
            source = assembly / asset["source"]["path"]
            for destination in asset["destinations"].values():
                bucket = _here(destination["bucketName"])
                key = destination["objectKey"]
                if (bucket, key) in self._published:
                    continue
                zipped = asset["source"].get("packaging") == "zip"
                self.aws.client("s3").put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=_zip(source) if zipped else source.read_bytes(),
                    ContentType="application/zip" if zipped else _content_type(key),
                    ServerSideEncryption="aws:kms",
                )
                self._published.add((bucket, key))

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


def _ordered(artifacts: Mapping[str, Any]) -> list[str]:
    graph = {name: artifact.get("dependencies", []) for name, artifact in artifacts.items()}
    return list(TopologicalSorter(graph).static_order())


def _here(text: str) -> str:
    """A destination's placeholders, filled in."""
    for name, value in (("AccountId", ACCOUNT), ("Region", REGION), ("Partition", "aws")):
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _assets_bucket() -> str:
    return f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


def _content_type(key: str) -> str:
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def _zip(folder: Path) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return written.getvalue()

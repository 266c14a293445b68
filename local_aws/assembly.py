"""Cloud assemblies: what an app is synthesized to, and what of it the CDK CLI uploads before it deploys."""

from __future__ import annotations

import io
import json
import mimetypes
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.controls import ACCOUNT, REGION, LocalAwsError
from local_aws.machine import LocalAws

if TYPE_CHECKING:
    from aws_cdk import App, Stack, Stage

    Buildable = Callable[[App], object] | Stage | Stack | Path

MANIFEST = "manifest.json"
# What the CDK says of a stack that is deployed wherever the CLI is pointed at.
ANY_ACCOUNT, ANY_REGION = "unknown-account", "unknown-region"


@dataclass(frozen=True)
class StackArtifact:
    """A stack of an assembly."""

    name: str
    template: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class AssetManifest:
    """Files of an assembly that its stacks need."""

    folder: Path
    path: str


def synthesized(build: Buildable, folder: Path, context: Mapping[str, Any] | None = None) -> Path:
    """The cloud assembly of an app or a stage, of that of a stack, or of the stacks that a function adds to an app."""
    from aws_cdk import App, Stack, Stage  # noqa: PLC0415 - seconds, and only here

    if isinstance(build, Path):
        return build
    if isinstance(build, Stack):
        build = _stage_of(build)
    if isinstance(build, Stage):
        return Path(build.synth().directory)
    outdir = tempfile.mkdtemp(prefix="assembly-", dir=folder)
    app = App(outdir=outdir, context=dict(context or {}), analytics_reporting=False)
    build(app)
    return Path(app.synth().directory)


def _stage_of(stack: Stack) -> Stage:
    from aws_cdk import Stage  # noqa: PLC0415

    stage = Stage.of(stack)
    if stage is None:
        raise LocalAwsError(f"{stack.stack_name} is in no app")
    return stage


def artifacts(assembly: Path) -> list[StackArtifact | AssetManifest]:
    """What there is to upload and to deploy, in an order in which that works, stages included.

    All of it is looked at first: an asset for another Region would be refused as a bucket that does not exist.

    Raises:
        LocalAwsError: a stack is for another account or Region than the local AWS plays.
    """
    found = json.loads((assembly / MANIFEST).read_text(encoding="utf-8"))["artifacts"]
    dependencies = {name: artifact.get("dependencies", []) for name, artifact in found.items()}
    ordered: list[StackArtifact | AssetManifest] = []
    for name in TopologicalSorter(dependencies).static_order():
        artifact, properties = found[name], found[name].get("properties", {})
        if artifact["type"] == "cdk:asset-manifest":
            ordered.append(AssetManifest(assembly, properties["file"]))
        elif artifact["type"] == "cdk:cloud-assembly":
            ordered += artifacts(assembly / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            stack_name = properties.get("stackName", name)
            _check_environment(stack_name, artifact["environment"])
            template = (assembly / properties["templateFile"]).read_text(encoding="utf-8")
            ordered.append(StackArtifact(stack_name, template, properties.get("parameters", {})))
    return ordered


def _check_environment(stack_name: str, environment: str) -> None:
    account, _, region = environment.removeprefix("aws://").partition("/")
    if account not in (ACCOUNT, ANY_ACCOUNT) or region not in (REGION, ANY_REGION):
        raise LocalAwsError(
            f"{stack_name} is for {account}/{region}, and the local AWS is {ACCOUNT}/{REGION}: leave out `env` in "
            "tests, or pass these."
        )


class Publisher:
    """Uploads the files of assemblies as the CDK CLI does: typed by name, encrypted as the bucket says."""

    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws
        self._published: set[tuple[str, str]] = set()

    def publish(self, manifest: AssetManifest) -> None:
        """Upload what is not there yet.

        Raises:
            LocalAwsError: there are images for containers, or files that a command is to make.
        """
        assets = json.loads((manifest.folder / manifest.path).read_text(encoding="utf-8"))
        if assets.get("dockerImages"):
            raise LocalAwsError("The local AWS takes no images for containers.")
        for asset in assets["files"].values():
            if "path" not in asset["source"]:
                raise LocalAwsError("The local AWS takes no assets that a command makes.")
            source = manifest.folder / asset["source"]["path"]
            zipped = asset["source"].get("packaging") == "zip"
            for destination in asset["destinations"].values():
                self._put(_here(destination["bucketName"]), _here(destination["objectKey"]), source, zipped=zipped)

    def _put(self, bucket: str, key: str, source: Path, *, zipped: bool) -> None:
        if (bucket, key) in self._published:
            return
        self._aws.client("s3").put_object(
            Bucket=bucket,
            Key=key,
            Body=_zip(source) if zipped else source.read_bytes(),
            ContentType="application/zip" if zipped else _content_type(key),
            ServerSideEncryption="aws:kms",
        )
        self._published.add((bucket, key))


def _here(text: str) -> str:
    """A destination's placeholders, filled in."""
    for name, value in (("AccountId", ACCOUNT), ("Region", REGION), ("Partition", "aws")):
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _content_type(key: str) -> str:
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def _zip(folder: Path) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return written.getvalue()

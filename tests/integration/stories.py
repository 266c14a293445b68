"""What the stories share: apps with one package, and the two ways to deploy them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from aws_cdk import App, CfnOutput, CustomResource, Duration, Stack
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws

STACK = "Story"
ATTRIBUTES = (
    "PackageID",
    "PackageVersion",
    "AvailablePackageVersion",
    "PackageName",
    "PackageType",
    "PackageStatus",
    "PackageDescription",
    "PackageOwner",
    "EngineVersion",
    "CreatedAt",
    "LastUpdatedAt",
    "AvailablePluginProperties.Name",
    "AvailablePluginProperties.Version",
    "AvailablePluginProperties.ClassName",
    "AvailablePluginProperties.Description",
    "AvailablePluginProperties.UncompressedSizeInBytes",
)

Build = Callable[[App], object]


@dataclass(frozen=True)
class Kind:
    """A kind of package: how to make a file of it, and what to tell the construct."""

    name: str
    package_type: PackageType
    options: dict[str, Any]

    def write(self, folder: Path, edition: str, engine_version: str = "2.17.0") -> Path:
        """A file whose content differs with `edition`."""
        if self.package_type is PackageType.ZIP_PLUGIN:
            path = folder / f"plugin-{edition}.zip"
            path.write_bytes(plugin_archive(edition, engine_version))
        else:
            path = folder / f"synonyms-{edition}.txt"
            path.write_text(f"couch, sofa, {edition}\n")
        return path


DICTIONARY = Kind("dictionary", PackageType.TXT_DICTIONARY, {})
PLUGIN = Kind("plugin", PackageType.ZIP_PLUGIN, {"engine_version": EngineVersion.open_search("2.17")})


def plugin_archive(edition: str, engine_version: str) -> bytes:
    """A plugin as OpenSearch's build makes it: the descriptor and a jar at the root of a zip."""
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as classes:
        classes.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        classes.writestr("org/example/ShopPlugin.class", b"\xca\xfe\xba\xbe" + edition.encode())
    descriptor = {
        "name": "shop-analysis",
        "description": f"Analysis for the shop, {edition}",
        "version": "1.0.0",
        "opensearch.version": engine_version,
        "java.version": "11",
        "classname": "org.example.ShopPlugin",
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as plugin:
        lines = "".join(f"{key}={value}\n" for key, value in descriptor.items())
        plugin.writestr("plugin-descriptor.properties", lines)
        plugin.writestr("shop-analysis.jar", jar.getvalue())
    return archive.getvalue()


def package(kind: Kind, source: Path, **options: Any) -> Build:
    """An app with one package, whose attributes are all outputs."""

    def build(app: App) -> None:
        stack = Stack(app, STACK)
        add_package(stack, kind, source, **options)

    return build


def package_and_trouble(kind: Kind, source: Path, stack_name: str = STACK, **options: Any) -> Build:
    """The same, with a resource behind it that fails."""

    def build(app: App) -> None:
        stack = Stack(app, stack_name)
        trouble = CustomResource(
            stack,
            "Trouble",
            resource_type="Custom::OpenSearchPackage",
            service_token=PackageProvider.get_or_create(stack).service_token,
            service_timeout=Duration.minutes(1),
            properties={"PackageType": "TROUBLE"},
        )
        trouble.node.add_dependency(add_package(stack, kind, source, **options))

    return build


def add_package(stack: Stack, kind: Kind, source: Path, **options: Any) -> Package:
    """A package in a stack, whose attributes are all outputs."""
    made = Package(
        stack,
        "Package",
        package_type=kind.package_type,
        source=PackageSource.from_asset(str(source)),
        **{**kind.options, **options},
    )
    resource: Any = made.node.default_child
    for name in ATTRIBUTES:
        CfnOutput(stack, name.replace(".", ""), value=resource.get_att(name).to_string())
    return made


class Deploys(Protocol):
    """A way to deploy a story's app."""

    def deploy(self, build: Build) -> dict[str, str]:
        """A deployment that has to succeed. Gives the stack's outputs."""

    def fails(self, build: Build) -> str:
        """A deployment that has to fail. Gives what the user is told."""

    def destroy(self, build: Build) -> None:
        """Deletes the stack, which has to succeed."""


@dataclass(frozen=True)
class Api:
    """CloudFormation's API, which is called as the CDK CLI calls it, but without the seconds of its start."""

    deployer: Deployer

    def deploy(self, build: Build) -> dict[str, str]:
        """CreateStack or UpdateStack. Gives the stack's outputs."""
        return self.deployer.deploy(build).outputs

    def fails(self, build: Build) -> str:
        """The same, which has to fail. Gives the stack's status and its events."""
        return str(self.deployer.deploy(build, succeed=False))

    def destroy(self, build: Build) -> None:
        """DeleteStack."""
        self.deployer.destroy(STACK)


class HasCli(Protocol):
    """An AWS for the CDK CLI."""

    def cli(self, build: Build | Path, *arguments: str) -> tuple[int, str]:
        """Run it on an app. Gives its exit code and what it said."""


@dataclass(frozen=True)
class Cdk:
    """The real CDK CLI.

    Attributes:
        deployer: runs it.
        folder: where it may write.
        stacks: which stacks of the app, as its arguments say it.
        options: further options of `cdk deploy`.
    """

    deployer: HasCli
    folder: Path
    stacks: tuple[str, ...] = (STACK,)
    options: tuple[str, ...] = ()

    def deploy(self, build: Build) -> dict[str, str]:
        """`cdk deploy`, which has to succeed. Gives the outputs of all stacks."""
        outputs = self.folder / "outputs.json"
        code, said = self._deploy(build, "--outputs-file", str(outputs))
        assert code == 0, said
        found: dict[str, dict[str, str]] = json.loads(outputs.read_text())
        return {name: value for stack in found.values() for name, value in stack.items()}

    def fails(self, build: Build) -> str:
        """`cdk deploy`, which has to fail. Gives what the CLI said."""
        code, said = self._deploy(build)
        assert code != 0, said
        return said

    def deploy_unattended(self, build: Build) -> tuple[int, str]:
        """`cdk deploy` as a pipeline runs it, with nobody there to approve. Gives its exit code and what it said."""
        return self.deployer.cli(build, "deploy", *self.stacks, *self.options)

    def destroy(self, build: Build) -> None:
        """`cdk destroy`."""
        code, said = self.deployer.cli(build, "destroy", *self.stacks, "--force")
        assert code == 0, said

    def _deploy(self, build: Build, *arguments: str) -> tuple[int, str]:
        options = ("--require-approval", "never", *self.options, *arguments)
        return self.deployer.cli(build, "deploy", *self.stacks, *options)


def logged(aws: LocalAws) -> str:
    """Everything that the functions have logged so far."""
    logs = aws.client("logs")
    messages: list[str] = []
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            messages += [event["message"] for event in page["events"]]
    return "\n".join(messages)


def secrets_of(aws: LocalAws) -> list[str]:
    """What must be in no log: the signatures of response URLs, and the functions' credentials."""
    urls = [request["Event"]["ResponseURL"] for request in aws.requests()]
    found = [parse_qs(urlsplit(url).query)["X-Amz-Signature"][0] for url in urls]
    for function in aws.client("lambda").list_functions()["Functions"]:
        # As ministack makes the credentials of a function's role.
        digest = sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
        found += [sha256(f"{kind}:{digest}".encode()).hexdigest() for kind in ("secret", "token")]
    return found

"""Stories that are told on the local AWS, and on a real account: where they are told, and what is seen there."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack
from aws_cdk.aws_opensearchservice import Domain

from cdk_opensearch_packages import PackageAssociation
from local_aws.cdk_cli import cdk
from local_aws.processes import run
from tests.integration.stories import STACK, Build, Deploys, Kind, add_package

# The stack of the stories on a real account, and the variable with the domain for those that need one.
STACK_ON_AWS, DOMAIN_ON_AWS = "osp-verify-stories", "VERIFIED_DOMAIN"
# A deployment takes some minutes. One that takes longer is ended; its stack is deleted, which is waited for as long.
SECONDS = 1800.0


@dataclass(frozen=True)
class Place:
    """An AWS where stories are told.

    Attributes:
        deploys: how a stack is deployed there.
        opensearch: boto3's client.
        domain: the name of a domain that takes packages; empty where there is none.
        stack_name: the name of the stack.
    """

    deploys: Deploys
    opensearch: Any
    domain: str
    stack_name: str = STACK

    def packages(self) -> list[str]:
        """The ids of the packages that the stack has, by the mark in their descriptions."""
        found: list[str] = []
        parameters: dict[str, Any] = {}
        while True:
            page = self.opensearch.describe_packages(**parameters)
            found += [
                one["PackageID"]
                for one in page.get("PackageDetailsList", [])
                if f"[cloudformation {self.stack_name}/" in one.get("PackageDescription", "")
                and one["PackageStatus"] != "DELETED"
            ]
            if not page.get("NextToken"):
                return found
            parameters = {"NextToken": page["NextToken"]}

    def version_on_domain(self, package_id: str) -> str | None:
        """The version of a package that is active on the domain."""
        listed = self.opensearch.list_packages_for_domain(DomainName=self.domain)["DomainPackageDetailsList"]
        active = {one["PackageID"]: one["PackageVersion"] for one in listed if one["DomainPackageStatus"] == "ACTIVE"}
        return active.get(package_id)

    def package(self, kind: Kind, source: Path, **options: Any) -> Build:
        """An app with one package."""
        return lambda app: add_package(Stack(app, self.stack_name), kind, source, **options)

    def package_on_domain(self, kind: Kind, source: Path) -> Build:
        """The same, which is on the domain."""

        def build(app: App) -> None:
            stack = Stack(app, self.stack_name)
            arn = stack.format_arn(service="es", resource="domain", resource_name=self.domain)
            domain = Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint="")
            PackageAssociation(stack, "OnDomain", domain=domain, packages=[add_package(stack, kind, source)])

        return build


class OwnEnvironment:
    """The CDK CLI for whatever AWS the environment of this process means, as a user runs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cli(self, build: Build | Path, *arguments: str) -> tuple[int, str]:
        """Run it on an app. Gives its exit code and what it said."""
        assembly = build if isinstance(build, Path) else self._synthesize(build)
        command = cdk("--app", str(assembly), "--progress", "events", *arguments)
        done = run(command, os.environ, cwd=self._folder, seconds=SECONDS)
        return done.returncode, done.stdout

    def _synthesize(self, build: Build) -> Path:
        app = App(outdir=tempfile.mkdtemp(prefix="assembly-", dir=self._folder), analytics_reporting=False)
        build(app)
        return Path(app.synth().directory)

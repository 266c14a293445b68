"""An account in memory: packages, domains and stacks, and the command that looks at them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_handler.ownership import Owner, fingerprint
from local_aws.packages import PackagesModel, StoredObject
from opensearch_packages_cli import command
from opensearch_packages_cli.service import Aws
from tests.simulation.services import OpenSearchClient, error

ACCOUNT, REGION = "111122223333", "eu-west-1"


def stack_id(name: str, edition: int = 1) -> str:
    """The id of a stack; each edition of it has another."""
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/00000000-0000-0000-0000-{edition:012}"


@dataclass
class Account:
    """What there is, and what was asked for.

    Attributes:
        stacks: the resources of each stack, by its id: PhysicalResourceId and ResourceStatus.
        deleted: the stacks that have been deleted, which are found by their ids only.
        denied: an operation that fails, and with which code.
        before: is told of each call before it is made.
    """

    time: float = 1_800_000_000.0
    stacks: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    denied: tuple[str, str] = ("", "")
    before: Callable[[str], object] = lambda _operation: None
    domains: set[str] = field(default_factory=set)
    model: PackagesModel = field(init=False)

    def __post_init__(self) -> None:
        words = StoredObject(b"couch, sofa\n")
        self.model = PackagesModel(now=lambda: self.time, read_object=lambda *_: words, account=ACCOUNT, region=REGION)

    # What there is.

    def by_hand(self, name: str, description: str = "") -> str:
        """A package that no stack has made."""
        made = self.model.call(
            "CreatePackage",
            {
                "PackageName": name,
                "PackageType": "TXT-DICTIONARY",
                "PackageSource": {"S3BucketName": "bucket", "S3Key": "words.txt"},
                "PackageDescription": description,
            },
        )
        self.time += 2
        return str(made["PackageDetails"]["PackageID"])

    def lent(self, name: str, owner: str) -> None:
        """A package of another account, which this one may use."""
        package_id = self.by_hand(name)
        assert self.model.package(package_id), "its import is over"
        line = self.model.packages[package_id].timeline
        made = line.at(self.time)
        assert made is not None
        line.write(self.time, made.but(PackageOwner=owner))

    def of_stack(self, name: str, stack: str = "shop", logical_id: str = "Synonyms", edition: int = 1) -> str:
        """A package with the mark of a resource, which does not exist."""
        owner = Owner(stack_id(stack, edition), logical_id, "request")
        return self.by_hand(name, owner.sign("Shop synonyms", fingerprint("source")))

    def resource(
        self,
        physical_id: str,
        stack: str = "shop",
        logical_id: str = "Synonyms",
        edition: int = 1,
        status: str = "CREATE_COMPLETE",
    ) -> None:
        """Let a resource exist."""
        self.stacks.setdefault(stack_id(stack, edition), {})[logical_id] = (physical_id, status)

    def on_domain(self, package_id: str, domain: str) -> None:
        """Let a domain have the version of a package that is available."""
        if domain not in self.domains:
            self.model.add_domain(domain, "OpenSearch_2.17")
        self.domains.add(domain)
        self.model.call("AssociatePackages", {"DomainName": domain, "PackageList": [{"PackageID": package_id}]})
        self.time += 5

    def new_version(self, package_id: str) -> None:
        """Import the next version, which reaches no domain."""
        source = {"S3BucketName": "bucket", "S3Key": "words.txt"}
        self.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": source})
        self.time += 2

    # The command.

    def connect(self, _profile: str | None, _region: str | None) -> Aws:
        """The clients of this account."""
        opensearch: Any = OpenSearchClient(self.model, self._line)
        cloudformation: Any = CloudFormation(self.stacks, self.deleted, self._line)
        sts: Any = SimpleNamespace(
            get_caller_identity=lambda: self._line("GetCallerIdentity", lambda: {"Account": ACCOUNT}, {})
        )
        return Aws(REGION, opensearch, cloudformation, sts)

    def run(self, *options: str) -> int:
        """`opensearch-packages list …`; gives the exit code."""
        self.calls.clear()
        return command.run(["list", *options], self.connect)

    def _line(self, operation: str, apply: Callable[[], Any], parameters: dict[str, Any]) -> Any:
        self.before(operation)
        self.calls[operation] += 1
        if operation == self.denied[0]:
            raise error(operation, self.denied[1], "AWS's own words", 400)
        return apply()


@dataclass
class CloudFormation:
    """boto3's `cloudformation` client, as far as the command uses it."""

    stacks: dict[str, dict[str, tuple[str, str]]]
    deleted: set[str]
    line: Callable[..., Any]

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> Any:  # noqa: N803
        def describe() -> Any:
            living = {one.split("/")[1]: one for one in self.stacks if one not in self.deleted}
            found = [one for one in self.stacks if StackName == one or living.get(StackName) == one]
            if not found:
                raise error("DescribeStackResource", "ValidationError", f"Stack '{StackName}' does not exist", 400)
            if LogicalResourceId not in self.stacks[found[0]]:
                message = f"Resource {LogicalResourceId} does not exist for stack {StackName}"
                raise error("DescribeStackResource", "ValidationError", message, 400)
            return {"StackResourceDetail": {"StackId": found[0], **self._shown(found[0], LogicalResourceId)}}

        return self.line("DescribeStackResource", describe, {})

    def get_paginator(self, name: str) -> Any:
        pages = {"list_stacks": self._list_stacks, "list_stack_resources": self._list_stack_resources}
        return SimpleNamespace(paginate=pages[name])

    def _list_stacks(self) -> Iterator[Any]:
        """Pages of one stack each."""
        for stack in self.stacks:
            status = "DELETE_COMPLETE" if stack in self.deleted else "CREATE_COMPLETE"
            shown = {"StackSummaries": [{"StackId": stack, "StackStatus": status}]}
            yield self.line("ListStacks", lambda shown=shown: shown, {})

    def _list_stack_resources(self, *, StackName: str) -> Iterator[Any]:  # noqa: N803
        """Pages of one resource each."""
        for logical_id in self.stacks[StackName]:
            shown = {"StackResourceSummaries": [self._shown(StackName, logical_id)]}
            yield self.line("ListStackResources", lambda shown=shown: shown, {})

    def _shown(self, stack: str, logical_id: str) -> dict[str, str]:
        physical_id, status = self.stacks[stack][logical_id]
        shown = {"LogicalResourceId": logical_id, "ResourceStatus": status}
        return shown | ({"PhysicalResourceId": physical_id} if physical_id else {})


def packages(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """What the command has printed with --json: the packages by their names."""
    return {one["PackageName"]: one for one in json.loads(capsys.readouterr().out)["Packages"]}

"""The Python code in the documentation does what the text around it says."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_iam import Role
from aws_cdk.aws_opensearchservice import Domain

import cdk_opensearch_packages
from cdk_opensearch_packages import Package, PackageSource, PackageType

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
ASSOCIATION, PACKAGE = "Custom::OpenSearchPackageAssociation", "Custom::OpenSearchPackage"
# The code of each page, in order. What says "…" is no whole.
EXAMPLES = {
    f"{page.name} {number}": textwrap.dedent(code)
    for page in PAGES
    for number, code in enumerate(re.findall(r"^ *```python\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL))
    if "…" not in code
}


class Reader(Stack):
    """The stack of a reader, who has what an example does not make itself."""

    def __init__(self) -> None:
        super().__init__(App(), "Search")
        arn = self.format_arn(service="es", resource="domain", resource_name="shop-search")
        self.domain = Domain.from_domain_attributes(self, "Domain", domain_arn=arn, domain_endpoint="")

    def names(self) -> dict[str, Any]:
        """What an example may refer to."""
        had = {
            name: Package.from_package_id(self, name.title(), f"pkg-{index}")
            for index, name in enumerate(("plugin", "license", "configuration"))
        }
        had["synonyms"] = Package(
            self, "Words", package_type=PackageType.TXT_DICTIONARY, source=PackageSource.from_inline("sofa, couch")
        )
        role = Role.from_role_arn(self, "Keys", "arn:aws:iam::123456789012:role/keys")
        public = {name: getattr(cdk_opensearch_packages, name) for name in cdk_opensearch_packages.__all__}
        return {**public, **had, "RemovalPolicy": RemovalPolicy, "self": self, "domain": self.domain, "role": role}


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Runs an example in a checkout, and gives what it has defined, with the template of the reader's stack."""
    monkeypatch.chdir(ROOT)

    def run(example: str) -> dict[str, Any]:
        stack = Reader()
        names = stack.names()
        exec(compile(EXAMPLES[example], example, "exec"), names)  # noqa: S102 - our own documentation
        return {**names, "template": Template.from_stack(stack)}

    return run


def packages_of(template: Template) -> list[dict[str, Any]]:
    """What the only association of a template lists."""
    (resource,) = template.find_resources(ASSOCIATION).values()
    found: list[dict[str, Any]] = resource["Properties"]["Packages"]
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_right_for_the_constructs(follow: Callable[[str], dict[str, Any]], example: str) -> None:
    follow(example)


def test_the_first_example_is_a_dictionary_on_a_domain_and_its_path(
    follow: Callable[[str], dict[str, Any]],
) -> None:
    reader = Reader()
    search = follow("README.md 0")["Search"](reader.node.root, "Shop", reader.domain)
    template = Template.from_stack(search)
    ((name, _),) = template.find_resources(PACKAGE).items()
    assert packages_of(template) == [
        {"PackageID": {"Ref": name}, "PackageVersion": {"Fn::GetAtt": [name, "PackageVersion"]}}
    ]
    ((association, _),) = template.find_resources(ASSOCIATION).items()
    template.has_output("SynonymsPath", {"Value": {"Fn::GetAtt": [association, "ReferencePath.0"]}})


@pytest.mark.parametrize("example", ["README.md 1", "associations.md 1"])
def test_a_license_comes_with_its_plugin(follow: Callable[[str], dict[str, Any]], example: str) -> None:
    listed = packages_of(follow(example)["template"])
    (licensed,) = [one for one in listed if one.get("PackageID") == "pkg-1"]
    assert licensed["PrerequisitePackageIDList"] == ["pkg-0"]
    assert any(one.get("PackageID") == "pkg-0" for one in listed), "in the same call"


def test_the_provider_may_pass_the_role_of_a_key_store(follow: Callable[[str], dict[str, Any]]) -> None:
    template = follow("associations.md 1")["template"]
    (configuration,) = [one for one in packages_of(template) if one.get("PackageID") == "pkg-2"]
    role = configuration["AssociationConfiguration"]["KeyStoreAccessOption"]["KeyAccessRoleArn"]
    passed = [
        statement["Resource"]
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    ]
    assert passed == [role]

"""The Python code in the documentation does what the text around it says."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, CfnResource, RemovalPolicy, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_ec2 import Vpc
from aws_cdk.aws_iam import Role
from aws_cdk.aws_opensearchservice import Domain, EngineVersion
from aws_cdk.aws_s3 import Bucket

import cdk_opensearch_packages
from cdk_opensearch_packages import Package, PackageSource, PackageType

ROOT = Path(__file__).parents[2]
# The apps of examples/, which tests synthesize and deploy: tests/release and tests/integration.
APPS = {path.name: path.read_text() for path in (ROOT / "examples").rglob("*.py")}
ASSOCIATION, PACKAGE = "Custom::OpenSearchPackageAssociation", "Custom::OpenSearchPackage"


def blocks(page: Path) -> dict[str, str]:
    """The Python code of a page, in order."""
    found = re.findall(r"^ *```python\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return {f"{page.name} {number}": textwrap.dedent(code) for number, code in enumerate(found)}


def is_of_an_app(code: str) -> bool:
    return any(f"\n{code}" in app for app in APPS.values())


def blocks_of_docstring(one: object) -> list[str]:
    """What a docstring shows as code: what is indented behind two colons."""
    found = re.findall(r"::\n\n((?: {4}.*\n|\n)+)", f"{inspect.getdoc(one)}\n")
    return [textwrap.dedent(code) for code in found]


PUBLIC = {name: getattr(cdk_opensearch_packages, name) for name in cdk_opensearch_packages.__all__}
# The code of the guides that is no part of an app, and that of docstrings.
EXAMPLES = {
    name: code for page in (ROOT / "docs").glob("*.md") for name, code in blocks(page).items() if not is_of_an_app(code)
} | {
    f"{name} {number}": code
    for name, one in {"cdk_opensearch_packages": cdk_opensearch_packages, **PUBLIC}.items()
    for number, code in enumerate(blocks_of_docstring(one))
}


class Reader(Stack):
    """The stack of a reader, who has what an example does not make itself."""

    def __init__(self) -> None:
        self.app = App()
        super().__init__(self.app, "Search")
        arn = self.format_arn(service="es", resource="domain", resource_name="shop-search")
        self.domain = Domain.from_domain_attributes(self, "Domain", domain_arn=arn, domain_endpoint="")

    def names(self) -> dict[str, Any]:
        """What an example may refer to."""
        had = {
            name: Package.from_package_id(self, name.title(), f"pkg-{index}")
            for index, name in enumerate(("plugin", "license", "configuration"))
        }
        # Elsewhere, so that the reader's stack has no provider yet.
        had["synonyms"] = Package(
            Stack(self.app, "Another"),
            "Words",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_inline("sofa, couch"),
        )
        role = Role.from_role_arn(self, "Keys", "arn:aws:iam::123456789012:role/keys")
        of_the_cdk = {one.__name__: one for one in (Bucket, CfnResource, EngineVersion, RemovalPolicy)}
        more = {"self": self, "domain": self.domain, "role": role, "vpc": Vpc(self, "Vpc", nat_gateways=0)}
        return {**PUBLIC, **of_the_cdk, **had, **more}


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


@pytest.mark.parametrize("example", blocks(ROOT / "README.md"))
def test_the_readmes_code_is_that_of_the_apps(example: str) -> None:
    assert is_of_an_app(blocks(ROOT / "README.md")[example])


def test_the_first_code_of_the_readme_and_of_getting_started_is_a_whole_app() -> None:
    for page in (ROOT / "README.md", ROOT / "docs" / "getting-started.md"):
        first = blocks(page)[f"{page.name} 0"]
        assert first.startswith("from aws_cdk import ")
        assert first.endswith("app.synth()\n")


def test_the_readmes_first_app_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dictionaries").mkdir()
    (tmp_path / "dictionaries" / "synonyms.txt").write_text("sofa, couch, settee\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(aws_cdk, "App", lambda: App(outdir=str(tmp_path / "cdk.out"), analytics_reporting=False))
    code = blocks(ROOT / "README.md")["README.md 0"]
    exec(compile(code, "app.py", "exec"), {})  # noqa: S102 - our own documentation
    template = Template.from_string((tmp_path / "cdk.out" / "Search.template.json").read_text())
    ((name, _),) = template.find_resources(PACKAGE).items()
    assert packages_of(template) == [
        {"PackageID": {"Ref": name}, "PackageVersion": {"Fn::GetAtt": [name, "PackageVersion"]}}
    ]
    ((association, _),) = template.find_resources(ASSOCIATION).items()
    template.has_output("SynonymsPath", {"Value": {"Fn::GetAtt": [association, "ReferencePath.0"]}})


def test_a_license_comes_with_its_plugin(follow: Callable[[str], dict[str, Any]]) -> None:
    listed = packages_of(follow("associations.md 1")["template"])
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


def test_a_construct_with_the_old_logical_id_is_the_old_resource(follow: Callable[[str], dict[str, Any]]) -> None:
    synonyms = follow("operations.md 0")["synonyms"]
    assert list(Template.from_stack(Stack.of(synonyms)).find_resources(PACKAGE)) == ["Synonyms0A1B2C3D"]

"""The demo app, and what a stack with everything in it has to stand up to."""

import json
from pathlib import Path

import cfnlint.api
import cfnlint.config
import pytest
from aws_cdk import App, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import EngineVersion
from cdk_nag import AwsSolutionsChecks

from app import OpenSearchPackagesDemo
from cdk_opensearch_packages import (
    AssociatedPackage,
    Package,
    PackageAssociation,
    PackageConfiguration,
    PackageProvider,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from tests.support.cfn_lint import RULES
from tests.support.plugin_archives import write_plugin
from tests.unit.infrastructure.stacks import dictionary, new_domain, properties_of

# "Dependency already enforced": the CDK writes DependsOn of whole constructs, the function's on its role too.
LINT = cfnlint.config.ManualArgs(regions=["us-east-1"], ignore_checks=["W3005"], append_rules=[str(RULES)])


def everything(stack: Stack, folder: Path) -> None:
    """Packages with every option, from every source, with both kinds of provider, and an association."""
    vpc = ec2.Vpc(stack, "Vpc", nat_gateways=0)
    provider = PackageProvider(stack, "Provider", vpc=vpc, vpc_subnets=ec2.SubnetSelection(one_per_az=True))
    bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "BucketKey"))
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_asset(write_plugin(folder / "plugin.zip", "opensearch.version=2.17.0")),
        package_name="my-plugin",
        description="A plugin",
        engine_version=EngineVersion.OPENSEARCH_2_17,
        commit_message="First try",
        configuration=PackageConfiguration(
            license_requirement=RequirementLevel.REQUIRED,
            configuration_requirement=RequirementLevel.NONE,
            license_filepath="license.json",
            requires_restart_for_configuration_update=True,
        ),
        encryption_key=kms.Key(stack, "PackageKey"),
        vending_enabled=True,
        removal_policy=RemovalPolicy.RETAIN,
        timeout=Duration.minutes(30),
        provider=provider,
    )
    text = dictionary(stack, "Text")
    dictionary(stack, "Object", source=PackageSource.from_bucket(bucket, "synonyms.txt", "version-1", "hash"))
    plugin = Package.from_package_name(stack, "Nori", "analysis-nori")
    keys = iam.Role(stack, "Keys", assumed_by=iam.ServicePrincipal("opensearchservice.amazonaws.com"))
    PackageAssociation(
        stack,
        "Association",
        domain=new_domain(stack),
        packages=[plugin, AssociatedPackage(text, prerequisites=[plugin], key_access_role=keys)],
        wait=False,
    )


@pytest.fixture
def demo() -> OpenSearchPackagesDemo:
    return OpenSearchPackagesDemo(App(), "OpenSearchPackagesDemo")


def lint(stack: Stack) -> list[str]:
    template = json.dumps(Template.from_stack(stack).to_json())
    return [f"{match.rule.id} {match.message}" for match in cfnlint.api.lint(template, config=LINT)]


def test_the_demo_says_which_package_it_made(demo: OpenSearchPackagesDemo) -> None:
    assert set(Template.from_stack(demo).to_json()["Outputs"]) == {"PackageID", "PackageVersion"}


def test_the_demo_takes_another_dictionary_without_an_edit(tmp_path: Path, demo: OpenSearchPackagesDemo) -> None:
    other = tmp_path / "other.txt"
    other.write_text("grey, gray\n")
    changed = OpenSearchPackagesDemo(App(context={"dictionary": str(other)}), "OpenSearchPackagesDemo")

    assert properties_of(changed)["PackageSource"] != properties_of(demo)["PackageSource"]
    assert {**properties_of(changed), "PackageSource": None} == {**properties_of(demo), "PackageSource": None}


def test_the_demo_installs_the_dictionary_on_a_domain_that_is_named() -> None:
    demo = OpenSearchPackagesDemo(App(context={"domain": "shop"}), "OpenSearchPackagesDemo")
    template = Template.from_stack(demo)
    ((logical_id, resource),) = template.find_resources("Custom::OpenSearchPackageAssociation").items()
    ((package, _),) = template.find_resources("Custom::OpenSearchPackage").items()

    assert resource["Properties"]["DomainName"] == "shop"
    assert [one["PackageID"] for one in resource["Properties"]["Packages"]] == [{"Ref": package}]
    outputs = template.to_json()["Outputs"]
    assert outputs["ReferencePath"]["Value"] == {"Fn::GetAtt": [logical_id, "ReferencePath.0"]}
    assert lint(demo) == []


def test_the_demo_passes_cdk_nag(demo: OpenSearchPackagesDemo) -> None:
    app = demo.node.root
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))

    Template.from_stack(demo)


def test_a_finding_of_cdk_nag_would_fail_the_synthesis(demo: OpenSearchPackagesDemo) -> None:
    app = demo.node.root
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    s3.Bucket(demo, "Bucket")

    with pytest.raises(RuntimeError, match="AwsSolutions-S1'"):
        Template.from_stack(demo)


def test_the_demo_passes_cfn_lint(demo: OpenSearchPackagesDemo) -> None:
    assert lint(demo) == []


def test_a_stack_with_everything_passes_cfn_lint(tmp_path: Path) -> None:
    stack = Stack(App(), "Everything")
    everything(stack, tmp_path)

    assert lint(stack) == []

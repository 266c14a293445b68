"""What packages add to the role of their provider."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType
from tests.unit.infrastructure.stacks import (
    dictionary,
    existing_provider,
    granted_in,
    granted_provider,
    new_stack,
    package_policies_of,
    resources_of,
)

POLICY = "AWS::IAM::Policy"


def s3_arn(path: str) -> Mapping[str, Any]:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":s3:::{path}"]]}


def bucket_source(stack: Stack, key: str, object_version: str | None = None) -> PackageSource:
    found = stack.node.try_find_child("Bucket")
    bucket = found if isinstance(found, s3.Bucket) else s3.Bucket(stack, "Bucket", bucket_name="sources")
    return PackageSource.from_bucket(bucket, key, object_version)


def bucket_arn(stack: Stack, key: str) -> Mapping[str, Any]:
    (bucket,) = (name for name in resources_of(stack, "AWS::S3::Bucket") if name.startswith("Bucket"))
    return {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, f"/{key}"]]}


def test_exactly_the_object_may_be_read_in_every_partition() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    dictionary(stack, source=PackageSource.from_bucket(bucket, "shop/synonyms.txt"))

    assert granted_in(stack) == {
        "ReadObjects": {
            "Sid": "ReadObjects",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": s3_arn("sources/shop/synonyms.txt"),
        }
    }


def test_arns_are_those_of_the_partition_where_it_is_known() -> None:
    app = App(context={"@aws-cdk/core:enablePartitionLiterals": True})
    stack = Stack(app, "Stack", env={"region": "cn-north-1", "account": "123456789012"})
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    dictionary(stack, source=PackageSource.from_bucket(bucket, "synonyms.txt"))

    assert granted_in(stack)["ReadObjects"]["Resource"] == "arn:aws-cn:s3:::sources/synonyms.txt"
    assert "arn:aws:" not in str(Template.from_stack(stack).to_json())


def test_a_key_with_the_characters_of_a_pattern_is_still_one_object() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    dictionary(stack, source=PackageSource.from_bucket(bucket, "a*b?c$d"))

    assert granted_in(stack)["ReadObjects"]["Resource"] == s3_arn("sources/a${*}b${?}c${$}d")


def test_a_further_package_adds_an_arn_and_no_resource() -> None:
    stack = new_stack()
    dictionary(stack, "First", source=bucket_source(stack, "first.txt"))
    dictionary(stack, "Second", source=bucket_source(stack, "second.txt"))

    arns = [bucket_arn(stack, key) for key in ("first.txt", "second.txt")]
    assert granted_in(stack)["ReadObjects"]["Resource"] == arns
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Lambda::Function", 1)
    template.resource_count_is("AWS::IAM::Role", 1)
    template.resource_count_is("AWS::Logs::LogGroup", 1)
    template.resource_count_is("AWS::S3::Bucket", 2)  # the provider's and the one with the sources
    template.resource_count_is(POLICY, 3)  # the provider's two and the one with the grants
    template.resource_count_is("Custom::OpenSearchPackage", 2)


def test_two_packages_of_one_object_need_its_arn_once() -> None:
    stack = new_stack()
    dictionary(stack, "First", source=bucket_source(stack, "shared.txt"))
    dictionary(stack, "Second", source=bucket_source(stack, "shared.txt"))

    assert granted_in(stack)["ReadObjects"]["Resource"] == bucket_arn(stack, "shared.txt")


def test_old_versions_may_be_read_only_of_objects_whose_version_is_named() -> None:
    stack = new_stack()
    dictionary(stack, "Newest", source=bucket_source(stack, "newest.txt"))
    dictionary(stack, "Versioned", source=bucket_source(stack, "versioned.txt", "version-1"))

    statements = granted_in(stack)
    assert len(statements["ReadObjects"]["Resource"]) == 2
    assert statements["ReadObjectVersions"]["Action"] == "s3:GetObjectVersion"
    assert statements["ReadObjectVersions"]["Resource"] == bucket_arn(stack, "versioned.txt")


def test_the_key_of_the_bucket_may_decrypt_where_it_is_known() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")
    bucket = s3.Bucket(stack, "Bucket", encryption_key=key)
    dictionary(stack, source=PackageSource.from_bucket(bucket, "synonyms.txt"))

    decrypt = granted_in(stack)["DecryptObjects"]
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", key.key_arn)


def test_the_key_of_a_package_may_be_used_as_the_service_uses_it() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=bucket_source(stack, "plugin.zip"),
        engine_version=EngineVersion.OPENSEARCH_2_17,
        encryption_key=key,
    )

    encrypt = granted_in(stack)["EncryptPackages"]
    assert encrypt["Action"] == [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
    ]
    assert encrypt["Resource"] == stack.resolve(key.key_arn)


def test_a_provider_may_ask_about_the_very_stack_and_no_other() -> None:
    stack = new_stack()
    dictionary(stack, provider=granted_provider(stack))

    (policy,) = package_policies_of(stack).values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Sid": "DescribeStack",
            "Effect": "Allow",
            "Action": ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"],
            "Resource": {"Ref": "AWS::StackId"},
        }
    ]


def test_text_needs_no_grant_of_its_own() -> None:
    stack = new_stack()
    dictionary(stack, provider=granted_provider(stack))

    assert granted_in(stack) == {}


def test_packages_come_after_their_grants_and_go_before_them() -> None:
    stack = new_stack()
    dictionary(stack, source=bucket_source(stack, "synonyms.txt"))

    (package,) = resources_of(stack, "Custom::OpenSearchPackage").values()
    assert set(package_policies_of(stack)) < set(package["DependsOn"])


def test_stacks_can_share_a_provider_without_a_cycle() -> None:
    app = App()
    shared = Stack(app, "Shared")
    provider = PackageProvider(shared, "Provider")
    stacks = [Stack(app, "First"), Stack(app, "Second")]
    for stack in stacks:
        dictionary(stack, source=bucket_source(stack, "synonyms.txt"), provider=provider)
    app.synth()

    assert shared.dependencies == []
    assert package_policies_of(shared) == {}
    for stack in stacks:
        assert stack.dependencies == [shared]
        assert resources_of(stack, "AWS::Lambda::Function") == {}
        (policy,) = package_policies_of(stack).values()
        assert "Fn::ImportValue" in str(policy["Properties"]["Roles"])


def test_stacks_that_share_a_role_do_not_overwrite_the_policies_of_each_other() -> None:
    app = App()
    provider = PackageProvider(Stack(app, "Shared"), "Provider")
    stacks = [Stack(app, "First"), Stack(app, "Second")]
    for stack in stacks:
        dictionary(stack, source=bucket_source(stack, "synonyms.txt"), provider=provider)
    names = [policy["Properties"]["PolicyName"] for stack in stacks for policy in package_policies_of(stack).values()]

    assert names[0] != names[1]
    # What one app deploys twice, under two names, is told apart by the stack's id.
    assert all(name["Fn::Join"][1][1]["Fn::Select"][1]["Fn::Split"][1] == {"Ref": "AWS::StackId"} for name in names)


def test_a_nested_stack_can_use_the_provider_of_its_parent() -> None:
    parent = new_stack()
    nested = NestedStack(parent, "Nested")
    dictionary(nested, source=bucket_source(nested, "synonyms.txt"), provider=PackageProvider.get_or_create(parent))

    assert len(package_policies_of(nested)) == 1
    assert package_policies_of(parent) == {}
    Template.from_stack(parent).resource_count_is("AWS::Lambda::Function", 1)


def test_a_stack_with_two_providers_has_grants_for_each() -> None:
    stack = new_stack()
    dictionary(stack, "First", source=bucket_source(stack, "first.txt"))
    other = PackageProvider(stack, "Other")
    dictionary(stack, "Second", source=bucket_source(stack, "second.txt"), provider=other)

    roles = [policy["Properties"]["Roles"][0]["Ref"] for policy in package_policies_of(stack).values()]
    assert len(set(roles)) == 2


def test_the_same_stack_has_the_same_logical_ids_in_every_stage() -> None:
    ids = set()
    for stage in ("Beta", "Production"):
        stack = Stack(App(), f"{stage}Stack")
        dictionary(stack, source=bucket_source(stack, "synonyms.txt"))
        ids.add(tuple(resources_of(stack, POLICY)))

    assert len(ids) == 1


def test_nothing_is_granted_to_a_provider_whose_role_is_not_known() -> None:
    stack = new_stack()
    dictionary(stack, source=bucket_source(stack, "synonyms.txt"), provider=existing_provider(stack))

    assert resources_of(stack, POLICY) == {}

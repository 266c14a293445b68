"""What packages add to the role of their provider."""

import fnmatch
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, DefaultStackSynthesizer, NestedStack, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from cdk_opensearch_packages import Package, PackageProvider, PackageSource
from tests.unit.infrastructure.stacks import (
    ROLE_ARN,
    dictionary,
    errors_of,
    existing_provider,
    granted_in,
    granted_provider,
    new_stack,
    package_policies_of,
    plugin,
    properties_of,
    resources_of,
)

POLICY = "AWS::IAM::Policy"


def package_from(stack: Stack, construct_id: str = "Synonyms", **options: Any) -> Package:
    """A package whose provider adds nothing to the template but the grants."""
    options.setdefault("provider", granted_provider(stack))
    return dictionary(stack, construct_id, **options)


def conditions_of(stack: Stack) -> dict[str, Any]:
    """What limits each statement of a stack's only package policy."""
    return {sid: statement.get("Condition") for sid, statement in granted_in(stack).items()}


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
    package_from(stack, source=PackageSource.from_bucket(bucket, "shop/synonyms.txt"))

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
    package_from(stack, source=PackageSource.from_bucket(bucket, "a*b?c$d"))

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
    package_from(stack, "First", source=bucket_source(stack, "shared.txt"))
    package_from(stack, "Second", source=bucket_source(stack, "shared.txt"))

    assert granted_in(stack)["ReadObjects"]["Resource"] == bucket_arn(stack, "shared.txt")


def test_objects_of_buckets_that_two_stacks_call_the_same_are_all_granted() -> None:
    app = App()
    buckets = [s3.Bucket(Stack(app, name), "Sources") for name in ("First", "Second")]
    stack = Stack(app, "Stack")
    for bucket in buckets:
        source = PackageSource.from_bucket(bucket, "words.txt")
        package_from(stack, f"{Stack.of(bucket).stack_name}Words", source=source)

    arns = json.dumps(granted_in(stack)["ReadObjects"]["Resource"])
    assert "First:ExportsOutput" in arns
    assert "Second:ExportsOutput" in arns


def test_old_versions_may_be_read_only_of_objects_whose_version_is_named() -> None:
    stack = new_stack()
    package_from(stack, "Newest", source=bucket_source(stack, "newest.txt"))
    package_from(stack, "Versioned", source=bucket_source(stack, "versioned.txt", "version-1"))

    statements = granted_in(stack)
    assert statements["ReadObjects"]["Action"] == "s3:GetObject"
    assert statements["ReadObjects"]["Resource"] == bucket_arn(stack, "newest.txt")
    assert statements["ReadObjectVersions"]["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    assert statements["ReadObjectVersions"]["Resource"] == bucket_arn(stack, "versioned.txt")


KEY = "arn:aws:kms:eu-west-1:123456789012:key/abc"
OBJECT = "synonyms.txt"


def in_the_bucket_of(key: kms.IKey) -> PackageSource:
    return PackageSource.from_bucket(s3.Bucket(Stack.of(key), "Bucket", encryption_key=key), OBJECT)


def test_the_key_of_the_bucket_may_decrypt_through_s3_where_it_is_known() -> None:
    stack = new_stack()
    package_from(stack, source=in_the_bucket_of(kms.Key.from_key_arn(stack, "Key", KEY)))

    decrypt = granted_in(stack)["DecryptObjects"]
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", KEY)
    assert decrypt["Condition"] == {"StringLike": {"kms:ViaService": [via("s3")]}}


def via(service: str) -> Mapping[str, Any]:
    return {"Fn::Join": ["", [f"{service}.", {"Ref": "AWS::Region"}, ".*"]]}


def test_the_key_of_a_package_may_be_used_as_the_service_uses_it() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    plugin(stack, encryption_key=key, provider=granted_provider(stack))

    encrypt = granted_in(stack)["EncryptPackages"]
    assert encrypt["Action"] == [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
    ]
    assert encrypt["Resource"] == stack.resolve(key.key_arn)
    assert encrypt["Condition"] == {"StringLike": {"kms:ViaService": [via("custom-packages"), via("es")]}}


def test_a_key_whose_policy_has_to_allow_it_does() -> None:
    stack = new_stack()
    plugin(stack, encryption_key=kms.Key(stack, "Key"), provider=granted_provider(stack))

    (key,) = resources_of(stack, "AWS::KMS::Key").values()
    statement = key["Properties"]["KeyPolicy"]["Statement"][-1]
    assert "kms:CreateGrant" in statement["Action"]
    assert statement["Principal"] == {"AWS": ROLE_ARN}


@pytest.mark.parametrize("flag", [True, False])
def test_an_alias_of_a_key_works_as_the_key_of_a_package_and_of_a_bucket(flag: bool) -> None:
    app = App(context={"@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal": flag})
    stack = Stack(app, "Stack")
    of_package = kms.Alias.from_alias_name(stack, "OfPackage", "alias/packages")
    of_bucket = kms.Alias.from_alias_name(stack, "OfBucket", "alias/sources")
    plugin(stack, encryption_key=of_package, provider=granted_provider(stack))
    package_from(stack, source=in_the_bucket_of(of_bucket))

    statements = granted_in(stack)
    any_key = "arn:{}:kms:{}:{}:key/*".format(*("%s",) * 3)
    for sid, alias in (("EncryptPackages", "alias/packages"), ("DecryptObjects", "alias/sources")):
        parts = [part if isinstance(part, str) else "%s" for part in statements[sid]["Resource"]["Fn::Join"][1]]
        assert "".join(parts) == any_key
        assert statements[sid]["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": alias}
        assert "kms:ViaService" in statements[sid]["Condition"]["StringLike"]
    assert ":alias/" not in str(package_policies_of(stack))


def test_an_alias_that_the_app_makes_stands_for_its_key() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    plugin(stack, encryption_key=key.add_alias("alias/packages"), provider=granted_provider(stack))

    assert granted_in(stack)["EncryptPackages"]["Resource"] == stack.resolve(key.key_arn)


def test_two_keys_are_one_statement_and_two_aliases_are_two() -> None:
    stack = new_stack()
    provider = granted_provider(stack)
    for name in ("a", "b"):
        key = kms.Key.from_key_arn(stack, f"Key-{name}", f"arn:aws:kms:eu-west-1:123456789012:key/{name}")
        plugin(stack, f"Key{name}", encryption_key=key, provider=provider)
        alias = kms.Alias.from_alias_name(stack, f"Alias-{name}", f"alias/{name}")
        plugin(stack, f"Alias{name}", encryption_key=alias, provider=provider)

    statements = granted_in(stack)
    encrypting = {sid: statement for sid, statement in statements.items() if sid.startswith("EncryptPackages")}
    assert [len(statement["Resource"]) == 2 for statement in encrypting.values()] == [True, False, False]
    assert list(encrypting) == ["EncryptPackages", "EncryptPackages2", "EncryptPackages3"]


def test_objects_are_read_from_the_account_of_their_bucket_wherever_it_is_known() -> None:
    stack = Stack(App(), "Stack", env={"region": "eu-west-1", "account": "123456789012"})
    bucket = s3.Bucket(stack, "Own")
    of_another = s3.Bucket.from_bucket_attributes(stack, "Other", bucket_name="theirs", account="210987654321")
    by_name = s3.Bucket.from_bucket_name(stack, "Named", "somebodys")
    for name, source in {"Own": bucket, "Other": of_another, "Named": by_name}.items():
        package_from(stack, f"{name}Package", source=PackageSource.from_bucket(source, OBJECT))

    accounts = {
        statement["Condition"]["StringEquals"]["aws:ResourceAccount"]: str(statement["Resource"])
        for statement in granted_in(stack).values()
        if "Condition" in statement
    }
    assert list(accounts) == ["123456789012", "210987654321"]
    assert "Own" in accounts["123456789012"]
    assert "theirs" in accounts["210987654321"]
    # Where a bucket is only named, nobody says whose it is; that of another account has to work.
    (unlimited,) = (statement for statement in granted_in(stack).values() if "Condition" not in statement)
    assert "somebodys" in str(unlimited["Resource"])


def test_assets_are_read_from_the_account_of_the_stack(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("sofa")
    stack = new_stack()
    package_from(stack, source=PackageSource.from_asset(tmp_path / "words.txt"))

    assert conditions_of(stack) == {"ReadObjects": {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}}


def test_assets_in_a_bucket_of_the_organization_are_read_whoever_owns_it(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("sofa")
    synthesizer = DefaultStackSynthesizer(file_assets_bucket_name="the-organizations-assets", bucket_prefix="search/")
    stack = Stack(App(), "Stack", synthesizer=synthesizer)
    package_from(stack, source=PackageSource.from_asset(tmp_path / "words.txt"))

    assert conditions_of(stack) == {"ReadObjects": None}
    assert granted_in(stack)["ReadObjects"]["Resource"] == s3_arn("the-organizations-assets/search/*.txt")


def policies_with(tmp_path: Path, content: str, name: str) -> dict[str, Any]:
    """All policies of a stack with a provider and one file."""
    (tmp_path / name).write_text(content)
    stack = new_stack()
    dictionary(stack, source=PackageSource.from_asset(tmp_path / name))
    return resources_of(stack, POLICY)


@pytest.mark.parametrize("name", ["words.txt", "words", "words.user.dic"])
def test_a_new_content_of_a_file_is_no_change_of_permissions(name: str, tmp_path: Path) -> None:
    before = policies_with(tmp_path, "sofa", name)
    after = policies_with(tmp_path, "sofa, couch", name)

    assert before == after
    assert "ReadObjects" in str(before)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("words.txt", "*.txt"), ("words.user.dic", "*.dic"), ("words", "*." + "?" * 64), (".txt", "*." + "?" * 64)],
)
def test_an_asset_is_granted_by_its_bucket_and_the_ending_of_its_file(name: str, pattern: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("sofa")
    stack = new_stack()
    package_from(stack, source=PackageSource.from_asset(tmp_path / name))

    bucket = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
    parts = ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", bucket, f"/{pattern}"]
    assert granted_in(stack)["ReadObjects"]["Resource"] == {"Fn::Join": ["", parts]}
    key = properties_of(stack)["PackageSource"]["S3Key"]
    assert fnmatch.fnmatchcase(key, pattern)


def test_files_of_one_ending_are_granted_once(tmp_path: Path) -> None:
    stack = new_stack()
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(str(number))
        package_from(stack, f"P{number}", source=PackageSource.from_asset(tmp_path / f"{number}.txt"))

    assert isinstance(granted_in(stack)["ReadObjects"]["Resource"], dict)


def test_the_role_of_a_quota_of_packages_with_versions_and_long_keys_holds_them() -> None:
    stack = Stack(App(), "Stack", env={"region": "eu-central-1", "account": "123456789012"})
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "b" * 44)
    for number in range(25):
        source = PackageSource.from_bucket(bucket, f"{number:0160}", object_version="v" * 32)
        dictionary(stack, f"P{number}", source=source)

    size = sum(
        len(json.dumps(policy["Properties"]["PolicyDocument"], separators=(",", ":")))
        for policy in resources_of(stack, POLICY).values()
    )
    assert size < 10_240
    assert errors_of(stack) == []
    arns = granted_in(stack)["ReadObjectVersions"]["Resource"]
    assert len(arns) == 25
    assert list(granted_in(stack)) == ["ReadObjectVersions"]


@pytest.mark.parametrize(("stacks", "errors"), [(20, 0), (30, 1)])
def test_twenty_stacks_with_assets_can_share_a_provider(tmp_path: Path, stacks: int, errors: int) -> None:
    words = tmp_path / "words.txt"
    words.write_text("couch, sofa")
    app = App()
    provider = PackageProvider(Stack(app, "Platform"), "Provider")
    consumers = [Stack(app, f"Consumer{number}") for number in range(stacks)]
    for consumer in consumers:
        name = consumer.stack_name.lower()
        dictionary(consumer, source=PackageSource.from_asset(str(words)), package_name=name, provider=provider)
    assert len(errors_of(consumers[-1])) == errors


def test_more_than_a_role_holds_is_an_error_at_synthesis() -> None:
    app = App()
    provider = PackageProvider(Stack(app, "Shared"), "Provider")
    stacks = [Stack(app, name) for name in ("First", "Second")]
    for stack in stacks:
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
        for number in range(6):
            source = PackageSource.from_bucket(bucket, f"{number:0900}")
            dictionary(stack, f"P{number}", source=source, provider=provider)

    told = errors_of(stacks[1])
    assert len(told) == 1
    assert re.search(
        r"'provider' has a role whose inline policies hold 10,240 characters, got at least 1\d,\d\d\d", told[0]
    )


def test_the_report_of_roles_that_somebody_else_makes_names_what_packages_need(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    iam.Role.customize_roles(app, use_precreated_roles={"Stack/OpenSearchPackageProvider/Role": "provider"})
    stack = Stack(app, "Stack")
    dictionary(stack, source=in_the_bucket_of(kms.Key(stack, "Key")))
    dictionary(stack, "Version", source=bucket_source(stack, "old.txt", "version-1"))
    plugin(stack, encryption_key=kms.Key.from_key_arn(stack, "PackageKey", KEY), provider=None)
    app.synth()

    report = (tmp_path / "iam-policy-report.txt").read_text()
    for needed in (
        "s3:GetObject",
        "s3:GetObjectVersion",
        "kms:Decrypt",
        "kms:CreateGrant",
        "es:CreatePackage",
        "lambda:InvokeFunction",
        "cloudformation:DescribeStackResource",
        "synonyms.txt",
        "old.txt",
        KEY,
    ):
        assert needed in report
    assert report.count("kms:CreateGrant") == 1


def test_a_provider_may_ask_about_the_very_stack_and_no_other() -> None:
    stack = new_stack()
    package_from(stack)

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
    package_from(stack)

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

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnOutput,
    CfnParameter,
    CfnResource,
    Duration,
    Environment,
    NestedStack,
    RemovalPolicy,
    Stack,
    Token,
)
from aws_cdk import (
    aws_kms as kms,
)
from aws_cdk import (
    aws_s3 as s3,
)
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import (
    IPackage,
    Package,
    PackageConfiguration,
    PackageProvider,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from tests.support.plugin_archives import write_plugin
from tests.unit.infrastructure.stacks import (
    PROVIDER_ARN,
    dictionary,
    existing_provider,
    granted_provider,
    new_stack,
    plugin,
    properties_of,
    the_only,
    warnings_of,
)


def test_a_package_tells_the_provider_no_more_than_was_asked_for() -> None:
    stack = new_stack()
    dictionary(stack, provider=existing_provider(stack))

    assert properties_of(stack) == {
        "ServiceToken": PROVIDER_ARN,
        "ServiceTimeout": "3600",
        "PackageType": "TXT-DICTIONARY",
        "PackageContent": "sofa, couch",
    }


def test_every_option_reaches_the_provider_under_the_name_of_the_api() -> None:
    stack = new_stack()
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_bucket(
            s3.Bucket.from_bucket_name(stack, "Bucket", "plugins"),
            "my-plugin.zip",
            object_version="version-1",
            source_hash="abc",
        ),
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
        encryption_key=kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc"),
        vending_enabled=False,
        adopt="F123456789",
        adopt_from="old-stack/Plugin0A1B2C3D",
        timeout=Duration.minutes(10),
        provider=existing_provider(stack),
    )

    assert properties_of(stack) == {
        "ServiceToken": PROVIDER_ARN,
        "ServiceTimeout": "600",
        "PackageName": "my-plugin",
        "PackageType": "ZIP-PLUGIN",
        "PackageSource": {"S3BucketName": "plugins", "S3Key": "my-plugin.zip", "S3ObjectVersion": "version-1"},
        "SourceHash": "abc",
        "PackageDescription": "A plugin",
        "EngineVersion": "OpenSearch_2.17",
        "CommitMessage": "First try",
        "PackageConfiguration": {
            "LicenseRequirement": "REQUIRED",
            "ConfigurationRequirement": "NONE",
            "LicenseFilepath": "license.json",
            "RequiresRestartForConfigurationUpdate": True,
        },
        "PackageEncryptionOptions": {
            "EncryptionEnabled": True,
            "KmsKeyIdentifier": "arn:aws:kms:eu-west-1:123456789012:key/abc",
        },
        "PackageVendingOptions": {"VendingEnabled": False},
        "AdoptPackageID": "F123456789",
        "AdoptFrom": "old-stack/Plugin0A1B2C3D",
    }


def test_what_a_configuration_leaves_out_is_left_to_the_service() -> None:
    stack = new_stack()
    configuration = PackageConfiguration(
        license_requirement=RequirementLevel.NONE, configuration_requirement=RequirementLevel.OPTIONAL
    )
    plugin(stack, configuration=configuration)

    assert properties_of(stack)["PackageConfiguration"] == {
        "LicenseRequirement": "NONE",
        "ConfigurationRequirement": "OPTIONAL",
    }


def test_the_package_id_is_the_ref_and_everything_else_an_attribute() -> None:
    stack = new_stack()
    package = dictionary(stack, provider=existing_provider(stack))

    attributes = {
        "PackageVersion": package.package_version,
        "PackageName": package.package_name,
        "PackageType": package.package_type,
        "PackageStatus": package.package_status,
        "PackageDescription": package.package_description,
        "PackageOwner": package.package_owner,
        "EngineVersion": package.package_engine_version,
        "CreatedAt": package.package_created_at,
        "LastUpdatedAt": package.package_last_updated_at,
        "AvailablePluginProperties.Name": package.plugin_name,
        "AvailablePluginProperties.Version": package.plugin_version,
        "AvailablePluginProperties.ClassName": package.plugin_class_name,
        "AvailablePluginProperties.Description": package.plugin_description,
        "AvailablePluginProperties.UncompressedSizeInBytes": package.plugin_uncompressed_size_in_bytes,
    }
    (logical_id,) = Template.from_stack(stack).find_resources("Custom::OpenSearchPackage")
    assert stack.resolve(package.package_id) == {"Ref": logical_id}
    for attribute, token in attributes.items():
        assert stack.resolve(token) == {"Fn::GetAtt": [logical_id, attribute]}


def test_a_package_leaves_with_its_stack() -> None:
    stack = new_stack()
    dictionary(stack, provider=existing_provider(stack))

    resource = the_only(stack, "Custom::OpenSearchPackage")
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete"


def test_a_package_can_be_kept_when_it_leaves_its_stack() -> None:
    stack = new_stack()
    dictionary(stack, removal_policy=RemovalPolicy.RETAIN, provider=existing_provider(stack))

    resource = the_only(stack, "Custom::OpenSearchPackage")
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_removal_policy_can_be_applied_later_as_with_every_resource() -> None:
    stack = new_stack()
    dictionary(stack, provider=existing_provider(stack)).apply_removal_policy(RemovalPolicy.RETAIN)

    resource = the_only(stack, "Custom::OpenSearchPackage")
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_resource_can_be_overridden_through_the_default_child() -> None:
    stack = new_stack()
    child = dictionary(stack, provider=existing_provider(stack)).node.default_child
    assert isinstance(child, CfnResource)
    child.add_property_override("PackageDescription", "overridden")

    assert properties_of(stack)["PackageDescription"] == "overridden"


def test_a_package_that_something_else_manages_can_be_referred_to() -> None:
    stack = new_stack()
    known = Package.from_package_attributes(stack, "Known", package_id="F123456789", package_version="v2")
    unknown = Package.from_package_id(stack, "Unknown", "F987654321")

    assert (known.package_id, known.package_version) == ("F123456789", "v2")
    assert (unknown.package_id, unknown.package_version) == ("F987654321", None)
    assert not Template.from_stack(stack).to_json().get("Resources")


@pytest.mark.parametrize("package_id", ["F1", "G123456789", "pkg-00ff", Token.as_string({"Ref": "Parameter"})])
def test_every_id_that_the_api_knows_can_be_referred_to(package_id: str) -> None:
    assert Package.from_package_id(new_stack(), "Package", package_id).package_id == package_id


@pytest.mark.parametrize("package_id", ["my-synonyms", "f1", "F", "F1\n", "F1 ", "pkg-XYZ", "pkg-", "analyzers/F1", ""])
def test_what_cannot_be_an_id_is_an_error_that_says_how_ids_look(package_id: str) -> None:
    message = "'package_id' must be 'F' or 'G' and digits, or 'pkg-' and hexadecimal digits, got "
    with pytest.raises(ValueError, match=message) as by_id:
        Package.from_package_id(new_stack(), "Package", package_id)
    with pytest.raises(ValueError, match=message):
        Package.from_package_attributes(new_stack(), "Package", package_id=package_id)

    assert f"got '{package_id}'" in str(by_id.value)


def test_both_kinds_of_package_are_an_ipackage() -> None:
    stack = new_stack()
    packages: list[IPackage] = [
        dictionary(stack, provider=existing_provider(stack)),
        Package.from_package_id(stack, "Known", "F123456789"),
    ]

    assert [package.node.id for package in packages] == ["Synonyms", "Known"]
    assert [package.stack for package in packages] == [stack, stack]
    assert [package.env.region for package in packages] == [stack.region, stack.region]


def test_a_type_that_the_api_adds_later_can_be_named() -> None:
    stack = new_stack()
    source = PackageSource.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "sources"), "words.bin")
    Package(
        stack,
        "Package",
        package_type=PackageType.of("BIN-DICTIONARY"),
        source=source,
        provider=existing_provider(stack),
    )

    assert properties_of(stack)["PackageType"] == "BIN-DICTIONARY"


def test_a_type_named_by_its_value_is_the_type_of_that_name() -> None:
    assert PackageType.of("ZIP-PLUGIN") == PackageType.ZIP_PLUGIN
    assert {PackageType.of("ZIP-PLUGIN"): "plugin"}[PackageType.ZIP_PLUGIN] == "plugin"
    assert str(PackageType.TXT_DICTIONARY) == "TXT-DICTIONARY"
    with pytest.raises(ValueError, match="'engine_version' must be given for a package of type ZIP-PLUGIN"):
        plugin(new_stack(), package_type=PackageType.of("ZIP-PLUGIN"), engine_version=None)


def test_every_string_may_be_a_token() -> None:
    stack = new_stack()
    token = CfnParameter(stack, "Parameter").value_as_string
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", token), token, token, token),
        package_name=token,
        description=token,
        engine_version=EngineVersion.open_search(token),
        commit_message=token,
        configuration=PackageConfiguration(
            license_requirement=RequirementLevel.NONE,
            configuration_requirement=RequirementLevel.NONE,
            license_filepath=token,
        ),
        encryption_key=kms.Key.from_key_arn(stack, "Key", token),
        adopt=token,
        adopt_from=token,
        timeout=Duration.seconds(Token.as_number({"Ref": "Parameter"})),
        provider=PackageProvider.from_service_token(stack, "Provider", token),
    )
    dictionary(stack, source=PackageSource.from_inline(token))

    parameter = {"Ref": "Parameter"}
    packages = Template.from_stack(stack).find_resources("Custom::OpenSearchPackage")
    plugin = next(package["Properties"] for name, package in packages.items() if name.startswith("Plugin"))
    for name in ("PackageName", "PackageDescription", "CommitMessage", "SourceHash", "AdoptPackageID", "AdoptFrom"):
        assert plugin[name] == parameter
    assert plugin["PackageSource"] == dict.fromkeys(["S3BucketName", "S3Key", "S3ObjectVersion"], parameter)


def test_a_plugin_can_be_built_for_an_engine_version_that_is_not_known_yet(tmp_path: Path) -> None:
    stack = new_stack()
    token = CfnParameter(stack, "Parameter").value_as_string
    archive = write_plugin(tmp_path / "plugin.zip", "opensearch.version=2.17.0\n")
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_asset(archive),
        engine_version=EngineVersion.open_search(token),
        provider=existing_provider(stack),
    )

    engine_version = {"Fn::Join": ["", ["OpenSearch_", {"Ref": "Parameter"}]]}
    assert properties_of(stack)["EngineVersion"] == engine_version


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"package_name": "Synonyms"}, r"'package_name' must have 3 to 256 characters.* got 'Synonyms'"),
        ({"package_name": "sy"}, r"got 'sy' \(2 characters\)"),
        ({"package_name": "s" * 257}, r"\(257 characters\); leave it out"),
        ({"package_name": "1synonyms"}, r"a lower-case letter first"),
        ({"package_name": "shop_synonyms"}, r"got 'shop_synonyms'"),
        ({"package_name": "synonyms\n"}, r"must have 3 to 256 characters"),
        ({"description": "d" * 701}, r"'description' must have at most 700 characters, got 701"),
        ({"commit_message": "c" * 121}, r"'commit_message' must have at most 120 characters, got 121"),
        ({"engine_version": EngineVersion.OPENSEARCH_2_17}, r"for packages of type ZIP-PLUGIN only, got 'OpenSearch_2"),
        (
            {"adopt": "G123456789"},
            r"'adopt' must be the id of a package of the account, got 'G123456789'",
        ),
        ({"adopt": "my-synonyms"}, r"'adopt' must be 'F' and digits.* got 'my-synonyms'; aws opensearch describe-pack"),
        ({"adopt_from": "old/Words"}, r"'adopt_from' is only for 'adopt', got 'old/Words' alone"),
        (
            {"adopt": "F1", "adopt_from": "old"},
            r"'adopt_from' must be a stack's name, a slash and a logical id",
        ),
        ({"timeout": Duration.seconds(59)}, r"'timeout' must be from one minute to one hour, got 59 seconds"),
        ({"timeout": Duration.minutes(61)}, r"got 3660 seconds"),
        ({"timeout": Duration.millis(90_500)}, r"'timeout' must be whole seconds, got 90.5"),
    ],
)
def test_a_wrong_option_is_an_error_that_says_what_to_change(options: dict[str, Any], message: str) -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match=message):
        dictionary(stack, provider=existing_provider(stack), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"package_name": "abc"},
        {"package_name": "a" * 28},
        {"package_name": "a" * 256},
        {"package_name": "a-1"},
        {"description": "d" * 700},
        {"commit_message": "c" * 120},
        {"adopt": "F1"},
        {"adopt": "pkg-0123456789abcdef", "adopt_from": "old-stack/Words"},
        {"timeout": Duration.minutes(1)},
        {"timeout": Duration.hours(1)},
    ],
)
def test_the_limits_themselves_are_allowed(options: dict[str, Any]) -> None:
    stack = new_stack()
    dictionary(stack, provider=existing_provider(stack), **options)


def test_a_plugin_needs_an_engine_version() -> None:
    with pytest.raises(ValueError, match=r"'engine_version' must be given for .* got none; .*open_search\('2.17'\)"):
        plugin(new_stack(), engine_version=None)


def test_a_license_path_that_is_too_long_is_an_error() -> None:
    with pytest.raises(ValueError, match="'license_filepath' must have at most 256 characters, got 257"):
        PackageConfiguration(
            license_requirement=RequirementLevel.REQUIRED,
            configuration_requirement=RequirementLevel.NONE,
            license_filepath="l" * 257,
        )


def test_an_error_starts_in_lower_case_and_ends_without_a_period() -> None:
    with pytest.raises(ValueError, match="package_name") as error:
        dictionary(new_stack(), package_name="Synonyms")

    assert str(error.value)[0] in "'abcdefghijklmnopqrstuvwxyz"
    assert not str(error.value).endswith(".")


@pytest.mark.parametrize("version", ["2.17.0", "2", "v2.17", "2.177", "", "latest", "2.17-SNAPSHOT"])
def test_an_engine_version_that_the_api_refuses_is_an_error_whatever_the_source_is(
    version: str, tmp_path: Path
) -> None:
    bucket = s3.Bucket.from_bucket_name(new_stack(), "Bucket", "plugins")
    archive = write_plugin(tmp_path / "plugin.zip")
    for source in (PackageSource.from_bucket(bucket, "plugin.zip"), PackageSource.from_asset(archive)):
        with pytest.raises(ValueError, match=f"must be a major and a minor version.* got 'OpenSearch_{version}'"):
            plugin(new_stack(), source=source, engine_version=EngineVersion.open_search(version))


@pytest.mark.parametrize(
    "version", [EngineVersion.OPENSEARCH_3_1, EngineVersion.ELASTICSEARCH_7_10, EngineVersion.open_search("10.99")]
)
def test_every_engine_version_that_the_api_takes_is_taken(version: EngineVersion) -> None:
    stack = new_stack()
    plugin(stack, engine_version=version)

    assert properties_of(stack)["EngineVersion"] == version.version


@pytest.mark.parametrize(
    ("option", "value", "takes"),
    [
        ("source", "x.txt", r"a PackageSource, such as PackageSource\.from_asset\(path\), got 'x.txt' of type str"),
        ("source", None, "a PackageSource.*, got None of type NoneType"),
        ("source", PackageSource, "a PackageSource.* of type ABCMeta"),
        ("package_type", "TXT-DICTIONARY", "a PackageType, got 'TXT-DICTIONARY'"),
        ("package_name", 5, "a string, got 5 of type int"),
        ("description", b"text", "a string, got b'text' of type bytes"),
        ("commit_message", ["text"], r"a string, got \['text'\] of type list"),
        ("engine_version", "OpenSearch_2.17", r"an EngineVersion, such as EngineVersion\.open_search\('2.17'\)"),
        ("configuration", {"license_requirement": "NONE"}, "a PackageConfiguration, got {"),
        ("encryption_key", "arn:aws:kms:eu-west-1:123456789012:key/abc", "a key of KMS, such as Key.from_key_arn"),
        ("encryption_key", kms.Key, "a key of KMS, such as Key.from_key_arn.* of type JSII"),
        ("vending_enabled", "true", "True or False, got 'true'"),
        ("removal_policy", "retain", "a RemovalPolicy, got 'retain'"),
        ("timeout", 60, r"a Duration, such as Duration\.minutes\(10\), got 60 of type int"),
        ("provider", PROVIDER_ARN, r"a PackageProvider, or what PackageProvider\.from_service_token returns"),
        ("provider", PackageProvider, "a PackageProvider, or .* of type JSII"),
    ],
)
def test_an_argument_of_another_type_is_an_error_that_says_what_the_option_takes(
    option: str, value: object, takes: str
) -> None:
    options: dict[str, Any] = {option: value}
    with pytest.raises(TypeError, match=f"^'{option}' takes {takes}"):
        plugin(new_stack(), **options)


def test_an_argument_of_a_source_or_a_reference_of_another_type_is_an_error_too() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    wrong: dict[str, Callable[..., object]] = {
        "'path' takes the path of a file, got None": lambda: PackageSource.from_asset(None),  # type: ignore[arg-type]
        "'bucket' takes a bucket, such as": lambda: PackageSource.from_bucket("sources", "key"),  # type: ignore[arg-type]
        "'key' takes a string, got None": lambda: PackageSource.from_bucket(bucket, None),  # type: ignore[arg-type]
        "'object_version' takes a string, got 5": lambda: PackageSource.from_bucket(bucket, "key", 5),  # type: ignore[arg-type]
        "'text' takes a string, got b''": lambda: PackageSource.from_inline(b""),  # type: ignore[arg-type]
        "'package_id' takes a string, got 5": lambda: Package.from_package_id(stack, "A", 5),  # type: ignore[arg-type]
        "'value' takes a string, got None": lambda: PackageType.of(None),  # type: ignore[arg-type]
        "'license_requirement' takes a RequirementLevel, got 'NONE'": lambda: PackageConfiguration(
            license_requirement="NONE",  # type: ignore[arg-type]
            configuration_requirement=RequirementLevel.NONE,
        ),
        "'service_token' takes a string, got None": lambda: PackageProvider.from_service_token(stack, "B", None),  # type: ignore[arg-type]
        "'role' takes a role, got 'arn'": lambda: PackageProvider.from_service_token(stack, "C", PROVIDER_ARN, "arn"),  # type: ignore[arg-type]
    }
    for message, call in wrong.items():
        with pytest.raises(TypeError, match=message):
            call()


@pytest.mark.parametrize("option", ["package_name", "description", "commit_message", "adopt", "adopt_from"])
def test_text_that_cannot_be_written_is_an_error(option: str) -> None:
    options: dict[str, Any] = {option: "half \ud800"}
    with pytest.raises(ValueError, match=f"'{option}' must be text that can be written in UTF-8, got half a surrogate"):
        plugin(new_stack(), **options)


def test_two_packages_of_one_name_in_a_stack_are_an_error() -> None:
    stack = new_stack()
    dictionary(stack, "First", package_name="synonyms", provider=existing_provider(stack))
    with pytest.raises(ValueError, match=r"'package_name' must differ .* got 'synonyms', which 'Stack/First' has"):
        dictionary(stack, "Second", package_name="synonyms", provider=existing_provider(stack))


def test_two_packages_of_one_name_in_nested_stacks_are_an_error() -> None:
    parent = new_stack()
    dictionary(parent, "First", package_name="synonyms", provider=existing_provider(parent))
    nested = NestedStack(parent, "Nested")
    with pytest.raises(ValueError, match="which 'Stack/First' has"):
        dictionary(nested, "Second", package_name="synonyms", provider=existing_provider(nested))


def test_two_packages_of_one_name_in_stacks_of_one_environment_are_an_error() -> None:
    app = App()
    here = {"region": "eu-west-1", "account": "123456789012"}
    first, second = Stack(app, "First", env=here), Stack(app, "Second", env=here)
    dictionary(first, package_name="synonyms", provider=existing_provider(first))
    with pytest.raises(ValueError, match="which 'First/Synonyms' has"):
        dictionary(second, package_name="synonyms", provider=existing_provider(second))


def test_packages_that_the_service_tells_apart_may_share_a_name() -> None:
    app = App()
    stack = Stack(app, "Stack")
    plugin(stack, "Old", package_name="analysis", engine_version=EngineVersion.OPENSEARCH_2_17)
    plugin(stack, "New", package_name="analysis", engine_version=EngineVersion.OPENSEARCH_2_19)
    another = Stack(app, "ElsewherePerhaps")
    plugin(another, "Old", package_name="analysis", engine_version=EngineVersion.OPENSEARCH_2_17)
    for region in ("eu-west-1", "us-east-1"):
        regional = Stack(app, region, env={"region": region, "account": "123456789012"})
        token = f"arn:aws:lambda:{region}:123456789012:function:provider"
        provider = PackageProvider.from_service_token(regional, "Provider", token)
        plugin(regional, "Old", package_name="analysis", provider=provider)
    name = CfnParameter(stack, "Name").value_as_string
    for construct_id in ("Third", "Fourth"):
        plugin(stack, construct_id, package_name=name)


def test_what_only_plugins_have_is_an_error_on_anything_else() -> None:
    stack = new_stack()
    configuration = PackageConfiguration(
        license_requirement=RequirementLevel.NONE, configuration_requirement=RequirementLevel.NONE
    )
    with pytest.raises(ValueError, match="'configuration' is for packages of type ZIP-PLUGIN only, got it for a TXT-D"):
        dictionary(stack, configuration=configuration, provider=existing_provider(stack))


def test_a_key_for_anything_but_a_plugin_is_a_warning() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")
    dictionary(stack, encryption_key=key, provider=granted_provider(stack))

    (told,) = warnings_of(stack)
    assert told.startswith("'encryption_key' is documented for packages of type ZIP-PLUGIN only, got it for a TXT-D")


def test_a_key_of_another_region_is_an_error() -> None:
    stack = Stack(App(), "Stack", env=Environment(account="123456789012", region="eu-west-1"))
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:123456789012:key/abc")
    with pytest.raises(ValueError, match="'encryption_key' must be in the stack's Region eu-west-1, got one in us-e"):
        plugin(stack, encryption_key=key)


def test_packages_of_a_nested_stack_use_a_provider_of_that_stack() -> None:
    parent = new_stack()
    nested = NestedStack(parent, "Nested")
    package = dictionary(nested)
    CfnOutput(parent, "PackageID", value=package.package_id)

    Template.from_stack(parent).resource_count_is("AWS::Lambda::Function", 0)
    Template.from_stack(nested).resource_count_is("AWS::Lambda::Function", 1)


def test_another_stack_can_use_the_package_id() -> None:
    app = App()
    package = dictionary(Stack(app, "Packages"))
    consumer = Stack(app, "Consumer")
    CfnOutput(consumer, "Path", value=f"analyzers/{package.package_id}")

    assert "Fn::ImportValue" in str(Template.from_stack(consumer).to_json()["Outputs"])


def test_a_name_that_the_service_may_refuse_for_its_length_is_a_warning() -> None:
    stack = new_stack()
    provider = granted_provider(stack)
    dictionary(stack, "Known", package_name="a" * 48, provider=provider)
    assert warnings_of(stack) == []

    dictionary(stack, "Long", package_name="a" * 49, provider=provider)
    (told,) = warnings_of(stack)
    assert "'package_name' has 49 characters, and only 48 are known to work" in told


def test_options_that_are_empty_are_left_out() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    source = PackageSource.from_bucket(bucket, "words.txt", object_version="", source_hash="")
    provider = existing_provider(stack)
    empty = dict.fromkeys(["package_name", "description", "commit_message", "adopt", "adopt_from"], "")
    dictionary(stack, source=source, provider=provider, **empty)

    assert "" not in properties_of(stack).values()
    assert properties_of(stack)["PackageSource"] == {"S3BucketName": "sources", "S3Key": "words.txt"}


def test_a_provider_of_another_region_is_refused() -> None:
    app = App()
    there = Stack(app, "There", env=Environment(account="111111111111", region="eu-west-1"))
    here = Stack(app, "Here", env=Environment(account="111111111111", region="us-east-1"))

    with pytest.raises(ValueError, match="'provider' must be in the stack's Region us-east-1, got one in eu-west-1"):
        dictionary(here, provider=PackageProvider(there, "Provider"))

"""How an association learns of a new version: by the version itself, or by what needs no export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, NestedStack, Stack, Stage
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import (
    IPackage,
    Package,
    PackageConfiguration,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from tests.unit.infrastructure.stacks import (
    associated_in,
    association,
    dictionary,
    granted_provider,
    plugin,
    warnings_of,
)

Make = Callable[[Stack], IPackage]


def in_two_stacks(make: Make) -> tuple[Stack, Stack]:
    """The stack of a package, and the stack of its association."""
    app = App()
    packages, stack = Stack(app, "Packages"), Stack(app, "Domains")
    association(stack, [make(packages)])
    return packages, stack


def told_by(make: Make) -> tuple[str | None, list[str]]:
    """What an association in another stack is told of the version, and what is warned of."""
    packages, stack = in_two_stacks(make)
    assert "PackageVersion" not in str(Template.from_stack(packages).to_json().get("Outputs"))
    (told,) = associated_in(stack)
    return told.get("PackageVersion"), [one for one in warnings_of(stack) if one.startswith("'packages'")]


def text(content: str, **options: Any) -> Make:
    return lambda stack: dictionary(
        stack, source=PackageSource.from_inline(content), provider=granted_provider(stack), **options
    )


def file(path: Path, content: str) -> Make:
    path.write_text(content)
    return lambda stack: dictionary(stack, source=PackageSource.from_asset(path), provider=granted_provider(stack))


def object_in_s3(key: str, object_version: str | None = None, source_hash: str | None = None) -> Make:
    def make(stack: Stack) -> IPackage:
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
        source = PackageSource.from_bucket(bucket, key, object_version, source_hash)
        return dictionary(stack, source=source, provider=granted_provider(stack))

    return make


def test_another_stack_is_told_of_a_new_text(tmp_path: Path) -> None:
    before, after, again = (told_by(text(content)) for content in ("sofa", "sofa, couch", "sofa"))

    assert before == again != after
    assert before[1] == []


def test_another_stack_is_told_of_a_new_file(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    before, after, again = (told_by(file(words, content)) for content in ("sofa", "sofa, couch", "sofa"))

    assert before == again != after
    assert before[1] == []


@pytest.mark.parametrize("changed", [{"object_version": "v1"}, {"source_hash": "h1"}, {"key": "other.txt"}])
def test_another_stack_is_told_of_a_new_object(changed: dict[str, str]) -> None:
    first = {"key": "words.txt", "object_version": "v0", "source_hash": "h0"}
    before, after, again = (told_by(object_in_s3(**one)) for one in (first, first | changed, first))

    assert before == again != after
    assert before[1] == []


@pytest.mark.parametrize("known", [{"object_version": "v0"}, {"source_hash": "h0"}])
def test_one_thing_that_changes_with_an_object_is_enough(known: dict[str, str]) -> None:
    assert told_by(object_in_s3("words.txt", **known))[1] == []


def test_an_object_of_which_nothing_changes_is_a_warning_that_says_what_to_do() -> None:
    version, warnings = told_by(object_in_s3("words.txt"))

    assert warnings == [
        "'packages' has 'Packages/Synonyms' of another stack, and nothing is known at synthesis that changes with its "
        "content, so new versions will not reach the domain; give its source what is: a source_hash or an "
        "object_version of PackageSource.from_bucket, or a text without tokens, or associate it in the stack that "
        "makes it [ack: cdk-opensearch-packages:newVersionsDoNotReachTheDomain]"
    ]
    # What synthesis sees of it still counts: an object under another key is a new version.
    assert version != told_by(object_in_s3("other.txt"))[0]


@pytest.mark.parametrize("known", ["object_version", "source_hash", "text"])
def test_what_is_known_at_deployment_only_is_a_warning_too(known: str) -> None:
    def make(stack: Stack) -> IPackage:
        token = CfnParameter(stack, "Parameter").value_as_string
        if known == "text":
            return text(token)(stack)
        return object_in_s3("words.txt", **{known: token})(stack)

    version, warnings = told_by(make)

    assert isinstance(version, str)
    assert len(warnings) == 1


def test_another_stack_is_told_of_whatever_makes_a_version() -> None:
    # The service makes a version with every import, and whatever is changed is imported again.
    configurations = [
        PackageConfiguration(license_requirement=level, configuration_requirement=RequirementLevel.NONE)
        for level in (RequirementLevel.NONE, RequirementLevel.OPTIONAL)
    ]

    def make(stack: Stack, **options: Any) -> IPackage:
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "plugins")
        source = PackageSource.from_bucket(bucket, "plugin.zip", source_hash="h0")
        key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")
        if options.pop("encrypted", False):
            options["encryption_key"] = key
        return plugin(stack, source=source, provider=granted_provider(stack), **options)

    changes: list[dict[str, Any]] = [
        {},
        {"description": "A plugin"},
        {"configuration": configurations[0]},
        {"configuration": configurations[1]},
        {"encrypted": True},
    ]
    versions = [told_by(lambda stack, options=options: make(stack, **options))[0] for options in changes]  # type: ignore[misc]
    assert len(set(versions)) == len(changes)


def test_another_stack_is_not_told_of_what_makes_no_version() -> None:
    plain = told_by(text("sofa"))

    assert told_by(text("sofa", commit_message="First try")) == plain
    assert told_by(text("sofa", adopt="F1", adopt_from="old/Words")) == plain


def test_a_package_of_the_same_stack_gives_its_version() -> None:
    stack = Stack(App(), "Stack")
    association(stack, [object_in_s3("words.txt")(stack)])

    (told,) = associated_in(stack)
    assert told["PackageVersion"]["Fn::GetAtt"][1] == "PackageVersion"
    assert warnings_of(stack) == []


@pytest.mark.parametrize("where", ["parent", "nested", "sibling", "nested twice"])
def test_nested_stacks_hand_the_version_to_each_other_without_an_export(where: str) -> None:
    parent = Stack(App(), "Parent")
    first, second = NestedStack(parent, "First"), NestedStack(parent, "Second")
    packages, stack = {
        "parent": (parent, first),
        "nested": (first, parent),
        "sibling": (first, second),
        "nested twice": (parent, NestedStack(first, "Inner")),
    }[where]
    association(stack, [object_in_s3("words.txt")(packages)])

    (told,) = associated_in(stack)
    assert "PackageVersion" in str(told["PackageVersion"])
    for one in (parent, packages, stack):
        template = str(Template.from_stack(one).to_json())
        assert "Export" not in template
        assert "Fn::ImportValue" not in template
    assert warnings_of(parent) == []


@pytest.mark.parametrize("nested", ["the package", "the association", "both"])
def test_what_is_nested_in_another_stack_is_in_another_stack(nested: str) -> None:
    app = App()
    packages, stack = Stack(app, "Packages"), Stack(app, "Domains")
    if nested != "the association":
        packages = NestedStack(packages, "Nested")
    if nested != "the package":
        stack = NestedStack(stack, "Nested")
    association(stack, [text("sofa")(packages)])

    (told,) = associated_in(stack)
    assert len(told["PackageVersion"]) == 64
    assert "PackageVersion" not in str(Template.from_stack(packages).to_json().get("Outputs"))


def test_stacks_of_a_stage_are_told_as_those_of_an_app() -> None:
    stage = Stage(App(), "Production")
    packages, stack = Stack(stage, "Packages"), Stack(stage, "Domains")
    association(stack, [text("sofa")(packages)])

    assert associated_in(stack)[0]["PackageVersion"] == told_by(text("sofa"))[0]


def test_a_package_of_another_stage_is_refused_by_the_cdk() -> None:
    app = App()
    stack = Stack(Stage(app, "Production"), "Domains")
    association(stack, [text("sofa")(Stack(Stage(app, "Beta"), "Packages"))])

    with pytest.raises(RuntimeError, match="dependency cannot cross stage boundaries"):
        Template.from_stack(stack)


def test_a_version_of_another_stack_is_no_export_even_where_somebody_asks_for_it() -> None:
    app = App()
    packages, stack = Stack(app, "Packages"), Stack(app, "Domains")
    made = text("sofa")(packages)
    reference = Package.from_package_attributes(
        stack, "Reference", package_id=made.package_id, package_version=made.package_version
    )
    association(stack, [reference])

    assert "PackageVersion" not in associated_in(stack)[0]
    (told,) = (one for one in warnings_of(stack) if one.startswith("'packages'"))
    assert "give the Package itself, or take the package_version out" in told


def test_packages_that_two_stacks_call_the_same_are_told_apart() -> None:
    app = App()
    made = [text("sofa")(Stack(app, name)) for name in ("First", "Second")]
    stack = Stack(app, "Domains")
    of = association(stack, made)

    assert [stack.resolve(of.package_id(one))["Fn::GetAtt"][1] for one in made] == ["PackageID.0", "PackageID.1"]
    assert len({str(told["PackageID"]) for told in associated_in(stack)}) == 2


def test_a_type_that_synthesis_does_not_know_is_told_as_others() -> None:
    def make(stack: Stack) -> IPackage:
        source = PackageSource.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "b-1"), "k", source_hash="h")
        provider = granted_provider(stack)
        kind = PackageType.of("BIN-DICTIONARY")
        version = EngineVersion.OPENSEARCH_2_17
        return Package(stack, "P", package_type=kind, source=source, engine_version=version, provider=provider)

    assert told_by(make)[1] == []

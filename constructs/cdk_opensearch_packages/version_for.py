"""What tells an association that a package has a new version."""

from aws_cdk import Annotations, Stack
from constructs import IConstruct

from .environments import top_level_stack
from .package import IPackage, Package
from .references import constructs_in


def version_for(association: IConstruct, package: IPackage) -> str | None:
    """Returns the version of a package, or what changes with it where the version would be an export.

    Nested stacks hand values to each other as parameters and outputs, which may change.
    """
    version = package.package_version
    if version is None or not _would_be_exported(version, association):
        return version
    if not isinstance(package, Package):
        _warn(association, package, "give the Package itself, or take the package_version out")
        return None
    fingerprint = package._version_fingerprint
    if fingerprint.content_hash is None:
        remedy = (
            "give its source what is: a source_hash or an object_version of PackageSource.from_bucket, or a text "
            "without tokens"
        )
        _warn(association, package, remedy)
    return fingerprint.value


def _would_be_exported(text: str, scope: IConstruct) -> bool:
    here = top_level_stack(Stack.of(scope)).node.path
    return any(top_level_stack(Stack.of(one)).node.path != here for one in constructs_in(text))


def _warn(association: IConstruct, package: IPackage, remedy: str) -> None:
    Annotations.of(association).add_warning_v2(
        "cdk-opensearch-packages:newVersionsDoNotReachTheDomain",
        f"'packages' has '{package.node.path}' of another stack, and nothing is known at synthesis that changes with "
        f"its content, so new versions will not reach the domain; {remedy}, or associate it in the stack that makes it",
    )

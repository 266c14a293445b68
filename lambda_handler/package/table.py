"""What a resource of type `Custom::OpenSearchPackage` may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_handler import schema
from lambda_handler.package.rules import contradictions, limits
from lambda_handler.problems import Problem
from lambda_handler.schema import Model, Property

# Ours, beside the API's members of PackageSource.
OBJECT_VERSION = "S3ObjectVersion"
PACKAGE_PROPERTIES: dict[str, Property] = {
    "ServiceToken": Property(),
    "ServiceTimeout": Property(),
    "PackageName": Property(("CreatePackageRequest", "PackageName")),
    "PackageType": Property(("CreatePackageRequest", "PackageType")),
    "PackageSource": Property(
        ("CreatePackageRequest", "PackageSource"), ours=(OBJECT_VERSION,), required=("S3BucketName", "S3Key")
    ),
    "PackageContent": Property(),
    "SourceHash": Property(),
    "PackageDescription": Property(("CreatePackageRequest", "PackageDescription")),
    "CommitMessage": Property(("UpdatePackageRequest", "CommitMessage")),
    "EngineVersion": Property(("CreatePackageRequest", "EngineVersion")),
    "PackageConfiguration": Property(("CreatePackageRequest", "PackageConfiguration")),
    "PackageEncryptionOptions": Property(("CreatePackageRequest", "PackageEncryptionOptions")),
    "PackageVendingOptions": Property(("CreatePackageRequest", "PackageVendingOptions")),
    "AdoptPackageID": Property(("UpdatePackageRequest", "PackageID")),
    "AdoptFrom": Property(),
}


def read(raw: Mapping[str, Any], model: Model) -> tuple[dict[str, Any], list[Problem]]:
    """The properties in the API's types, and everything that is wrong with them.

    Args:
        raw: ResourceProperties, as CloudFormation delivers them.
        model: botocore's model of the service.
    """
    values, problems = schema.read(PACKAGE_PROPERTIES, raw, model)
    return values, [*problems, *contradictions(schema.given(raw)), *limits(values)]

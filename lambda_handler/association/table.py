"""What a resource of type `Custom::OpenSearchPackageAssociation` may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_handler import schema
from lambda_handler.association.rules import missing, problems_of_entries, problems_of_wait
from lambda_handler.problems import Problem, problems_of_service_timeout
from lambda_handler.schema import Model, Property

ASSOCIATION_PROPERTIES: dict[str, Property] = {
    "ServiceToken": Property(),
    "ServiceTimeout": Property(),
    "DomainName": Property(("AssociatePackagesRequest", "DomainName")),
    "Packages": Property(
        ("AssociatePackagesRequest", "PackageList"),
        ours=("PackageName", "PackageVersion"),
        optional=("PackageID",),
        free=("PrerequisitePackageIDList",),
    ),
    "Wait": Property(),
}


def read(raw: Mapping[str, Any], model: Model) -> tuple[dict[str, Any], list[Problem]]:
    """The properties in the API's types, and everything that is wrong with them.

    Args:
        raw: ResourceProperties, as CloudFormation delivers them.
        model: botocore's model of the service.
    """
    values, problems = schema.read(ASSOCIATION_PROPERTIES, raw, model)
    problems += missing(schema.given(raw))
    if "Packages" in values and isinstance(raw["Packages"], list):
        problems += problems_of_entries(values["Packages"], model, problems)
    return values, [*problems, *problems_of_wait(values), *problems_of_service_timeout(values)]

"""What neither the API's model nor the table of properties says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_handler import schema
from lambda_handler.opensearch import is_package_id
from lambda_handler.schema import echo, problems_of_service_timeout

if TYPE_CHECKING:
    from botocore.model import ServiceModel

# As many as a domain takes. Source: https://docs.aws.amazon.com/general/latest/gr/opensearch-service.html
MOST_PACKAGES = 20


def problems_of_entries(entries: list[dict[str, Any]], model: ServiceModel, known: list[str]) -> list[str]:
    """What is wrong with the items of Packages.

    Args:
        entries: the items, as far as they could be read.
        model: botocore's model of the service.
        known: what is known to be wrong already.
    """
    problems: list[str] = []
    if not entries:
        problems.append("Packages is empty: name at least one package, or take the resource out of the template")
    if len(entries) > MOST_PACKAGES:
        problems.append(f"Packages has {len(entries)} items: a domain takes at most {MOST_PACKAGES} packages")
    for number, entry in enumerate(entries):
        path = f"Packages[{number}]"
        given = [name for name in ("PackageID", "PackageName") if name in entry]
        if not given and not any(problem.startswith(path) for problem in known):
            problems.append(f"{path} names no package: give either PackageID or PackageName")
        elif len(given) > 1:
            problems.append(f"{path} has both PackageID and PackageName: leave one out")
        if name := entry.get("PackageName", ""):
            problems += _problems_of_name(f"{path}.PackageName", name, model)
        for place, one in enumerate(entry.get("PrerequisitePackageIDList", [])):
            if one and not is_package_id(one):
                problems += _problems_of_name(f"{path}.PrerequisitePackageIDList[{place}]", one, model)
    return problems + _problems_of_repetition(entries)


def problems_of_scalars(values: dict[str, Any]) -> list[str]:
    """What is wrong with properties that the API does not have."""
    problems: list[str] = []
    if wait := values.get("Wait"):
        schema.boolean("Wait", wait, problems)
    return [*problems, *problems_of_service_timeout(values)]


def _problems_of_name(path: str, name: str, model: ServiceModel) -> list[str]:
    return schema.check(path, name, model, "CreatePackageRequest", "PackageName")


def _problems_of_repetition(entries: list[dict[str, Any]]) -> list[str]:
    keys = [entry.get("PackageID") or entry.get("PackageName") for entry in entries]
    twice = sorted({key for key in keys if key and keys.count(key) > 1})
    return [f"Packages names {echo(key)} more than once" for key in twice]

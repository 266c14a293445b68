"""What neither the API's model nor the table of properties says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lambda_handler import schema
from lambda_handler.problems import Problem, echo
from lambda_handler.schema import Model

# As many as a domain takes. Source: https://docs.aws.amazon.com/general/latest/gr/opensearch-service.html
MOST_PACKAGES = 20


def missing(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What has to be there and is not."""
    for name in ("DomainName", "Packages"):
        if name not in raw:
            yield Problem.of_value(name, f"{name} is missing")


def problems_of_wait(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with Wait."""
    problems: list[Problem] = []
    if wait := values.get("Wait"):
        schema.boolean("Wait", wait, problems)
    return problems


def problems_of_entries(entries: list[dict[str, Any]], model: Model, known: list[Problem]) -> list[Problem]:
    """What is wrong with the items of Packages.

    Args:
        entries: the items, as far as they could be read.
        model: botocore's model of the service.
        known: what is known to be wrong already.
    """
    problems: list[Problem] = []
    if not entries:
        text = "Packages is empty: name at least one package, or take the resource out of the template"
        problems.append(Problem.of_value("Packages", text))
    paths = [f"Packages[{number}]" for number in range(len(entries))]
    if len(entries) > MOST_PACKAGES:
        text = f"Packages has {len(entries)} items: a domain takes at most {MOST_PACKAGES} packages"
        problems.append(Problem.of_value("Packages", text, *paths))
    for path, entry in zip(paths, entries, strict=True):
        is_told = any(problem.path.partition(".")[0] == path for problem in known)
        problems += _problems_of_entry(path, entry, model, is_told=is_told)
    return [*problems, *_problems_of_repetition(entries)]


def _problems_of_entry(path: str, entry: dict[str, Any], model: Model, *, is_told: bool) -> Iterator[Problem]:
    """What is wrong with an item. Where it names no package, its other problems may say why."""
    id_path, name_path = f"{path}.PackageID", f"{path}.PackageName"
    given = [name for name in ("PackageID", "PackageName") if name in entry]
    if not given and not is_told:
        yield Problem.of_value(
            path, f"{path} names no package: give either PackageID or PackageName", id_path, name_path
        )
    elif len(given) > 1:
        text = f"{path} has both PackageID and PackageName: leave one out"
        yield Problem.of_value(path, text, id_path, name_path)
    if name := entry.get("PackageName", ""):
        yield from schema.check(name_path, name, model, "CreatePackageRequest", "PackageName")
    for place, one in enumerate(entry.get("PrerequisitePackageIDList", [])):
        one_path = f"{path}.PrerequisitePackageIDList[{place}]"
        if one and schema.check(one_path, one, model, "UpdatePackageRequest", "PackageID"):  # no id, so a name
            yield from schema.check(one_path, one, model, "CreatePackageRequest", "PackageName")


def _problems_of_repetition(entries: list[dict[str, Any]]) -> Iterator[Problem]:
    places: dict[str, list[str]] = {}
    for number, entry in enumerate(entries):
        name = "PackageID" if entry.get("PackageID") else "PackageName"
        if key := entry.get(name):
            places.setdefault(key, []).append(f"Packages[{number}].{name}")
    for key, paths in sorted(places.items()):
        if len(paths) > 1:
            yield Problem.of_value("Packages", f"Packages names {echo(key)} more than once", *paths)

"""How an inventory is shown: as a table for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opensearch_packages_cli.inventory import Association, Inventory, OwnerKind, Package

# Where the output is no terminal, a package is one line, for grep and the like, also one on hundreds of domains.
WITHOUT_A_TERMINAL = 1_000_000
WARNING, PROBLEM, QUIET = "yellow", "bold red", "dim"
MEMBERS = (
    "PackageID",
    "PackageName",
    "PackageType",
    "EngineVersion",
    "PackageStatus",
    "AvailablePackageVersion",
    "PackageOwner",
)


def write_table(inventory: Inventory, file: TextIO) -> None:
    """Write a table, with a line that counts."""
    console = Console(file=file, highlight=False)
    between = "\n"
    if not file.isatty():  # rich takes FORCE_COLOR for a terminal
        console.width, between = WITHOUT_A_TERMINAL, ", "
    # rich exits with 1 when nobody reads on, and here 1 is an answer. So it does not write to the file itself.
    with console.capture() as shown:
        if inventory.packages:
            console.print(_table(inventory, between))
        console.print(Text(_counted(inventory)))
    file.write(shown.get())


def write_json(inventory: Inventory, file: TextIO) -> None:
    """Write JSON: docs/inventory.md has its members."""
    json.dump(
        {
            "Account": inventory.account,
            "Region": inventory.region,
            "Packages": [_plain(one) for one in inventory.packages],
        },
        file,
        indent=2,
    )
    file.write("\n")


def _table(inventory: Inventory, between: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("Package", "Id", "Version", "Owner", "Resource", "Domains"):
        table.add_column(name, overflow="fold")
    for package in inventory.packages:
        table.add_row(*(Text(between).join(cell) for cell in _cells(package)))
    return table


def _cells(package: Package) -> Iterator[list[Text]]:
    """What each column says, which may be several things."""
    details = package.details
    status = details.get("PackageStatus", "")
    yield _said(Text(details.get("PackageName", "")), Text(details.get("EngineVersion", ""), QUIET))
    yield [Text(package.id)]
    yield _said(
        Text(details.get("AvailablePackageVersion", "")), Text("" if status == "AVAILABLE" else status, WARNING)
    )
    yield [Text(_owner(package))]
    yield [_resource(package)]
    yield [_domain(one) for one in package.associations or ()]


def _said(*texts: Text) -> list[Text]:
    return [one for one in texts if one]


def _owner(package: Package) -> str:
    if package.mark:
        return f"{package.mark.stack_name}/{package.mark.logical_id}"
    if package.kind is OwnerKind.ACCOUNT:
        return f"account {package.details.get('PackageOwner', '')}"
    return "AWS" if package.kind is OwnerKind.AWS else "made by hand"


def _resource(package: Package) -> Text:
    if package.resource is None:
        return Text()
    if package.is_orphan:
        return Text(f"gone: {package.resource.said}", PROBLEM)
    is_complete = package.resource.said.endswith("_COMPLETE")
    return Text("exists") if is_complete else Text(f"exists: {package.resource.said}", WARNING)


def _domain(association: Association) -> Text:
    said = [association.domain, association.version]
    if association.status != "ACTIVE":
        said.append(association.status)
    if association.is_lagging:
        said.append("lags")
    return Text(" ".join(filter(None, said)), PROBLEM if association.is_lagging else "")


def _counted(inventory: Inventory) -> str:
    packages = inventory.packages
    orphans, lagging = sum(one.is_orphan for one in packages), sum(one.is_lagging for one in packages)
    counted = f"packages: {len(packages)}, orphans: {orphans}, lagging: {lagging}"
    return f"Account {inventory.account}, Region {inventory.region}: {counted}"


def _plain(package: Package) -> dict[str, Any]:
    details: dict[str, Any] = {name: package.details.get(name) for name in MEMBERS}
    mark, resource, associations = package.mark, package.resource, package.associations
    return details | {
        "Owner": {
            "Kind": str(package.kind),
            "StackName": mark.stack_name if mark else None,
            "LogicalResourceId": mark.logical_id if mark else None,
            "Exists": resource.exists if resource else None,
            "Said": resource.said if resource else None,
        },
        "Domains": None if associations is None else [_plain_domain(one) for one in associations],
        "Orphan": package.is_orphan,
        "Lagging": package.is_lagging,
    }


def _plain_domain(association: Association) -> dict[str, Any]:
    return {
        "DomainName": association.domain,
        "DomainPackageStatus": association.status,
        "PackageVersion": association.version or None,
        "Lagging": association.is_lagging,
    }

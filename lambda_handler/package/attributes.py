"""What `Fn::GetAtt` gives of a package."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_handler.opensearch import Package


def attributes(package: Package) -> dict[str, str]:
    """Always all of them, an empty string where the service says nothing."""
    details = package.details
    plugin: dict[str, Any] = dict(details.get("AvailablePluginProperties", {}))
    return {
        "PackageID": package.id,
        "PackageVersion": package.version,
        "AvailablePackageVersion": package.version,
        "PackageName": package.name,
        "PackageType": package.type,
        "PackageStatus": package.status,
        "PackageDescription": package.text,
        "PackageOwner": details.get("PackageOwner", ""),
        "EngineVersion": details.get("EngineVersion", ""),
        "CreatedAt": _iso(details.get("CreatedAt")),
        "LastUpdatedAt": _iso(details.get("LastUpdatedAt")),
        "AvailablePluginProperties.Name": plugin.get("Name", ""),
        "AvailablePluginProperties.Version": plugin.get("Version", ""),
        "AvailablePluginProperties.ClassName": plugin.get("ClassName", ""),
        "AvailablePluginProperties.Description": plugin.get("Description", ""),
        "AvailablePluginProperties.UncompressedSizeInBytes": str(plugin.get("UncompressedSizeInBytes", "")),
    }


def _iso(moment: datetime | None) -> str:
    """A moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""

"""The model on a clock of its own, with objects of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from local_aws.packages import PackagesModel, ServiceError, StoredObject
from tests.support.plugin_archives import plugin_archive


@dataclass
class World:
    """The model, the time and the objects."""

    time: float = 1_800_000_000.0
    objects: dict[str, StoredObject] = field(default_factory=lambda: {"words.txt": StoredObject(b"couch, sofa\n")})
    keys: dict[str, str] = field(default_factory=dict)
    """Keys that the caller may not use, and why."""
    model: PackagesModel = field(init=False)

    def __post_init__(self) -> None:
        self.model = PackagesModel(
            now=lambda: self.time,
            read_object=lambda bucket, key: self.objects.get(key) if bucket == "bucket" else None,
            use_key=lambda key, *_: self.keys.get(key),
        )

    def passes(self, seconds: float) -> None:
        self.time += seconds

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.model.call(operation, parameters)

    def refused(self, operation: str, **parameters: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            self.model.call(operation, parameters)
        return caught.value

    def create(self, name: str = "synonyms", key: str = "words.txt", **parameters: Any) -> str:
        details = self.call(
            "CreatePackage",
            **{
                "PackageName": name,
                "PackageType": "TXT-DICTIONARY",
                "PackageSource": {"S3BucketName": "bucket", "S3Key": key},
                **parameters,
            },
        )["PackageDetails"]
        return str(details["PackageID"])

    def created(self, name: str = "synonyms", key: str = "words.txt", **parameters: Any) -> str:
        package_id = self.create(name, key, **parameters)
        self.passes(1)
        return package_id

    def update(self, package_id: str, key: str = "words.txt", **parameters: Any) -> dict[str, Any]:
        source = {"S3BucketName": "bucket", "S3Key": key}
        return self.call("UpdatePackage", PackageID=package_id, PackageSource=source, **parameters)

    def described(self, package_id: str) -> dict[str, Any]:
        [details] = self.listed(PackageID=[package_id])
        return details

    def listed(self, **filters: list[str]) -> list[dict[str, Any]]:
        wanted = [{"Name": name, "Value": values} for name, values in filters.items()]
        return list(self.call("DescribePackages", Filters=wanted).get("PackageDetailsList", []))

    def plugin(self, name: str = "shop-analysis", engine: str = "2.17") -> str:
        key = f"{engine}.zip"
        self.objects[key] = StoredObject(plugin_archive(opensearch_version=f"{engine}.0"))
        return self.created(name, key, PackageType="ZIP-PLUGIN", EngineVersion=f"OpenSearch_{engine}")

    def license(self, name: str = "license") -> str:
        self.objects["license.json"] = StoredObject(b"{}")
        return self.created(name, "license.json", PackageType="PACKAGE-LICENSE")

    def associate(self, *package_ids: str, domain: str = "shop", **options: Any) -> list[dict[str, Any]]:
        """AssociatePackages. `options` are of the first of them."""
        wanted = [{"PackageID": one} for one in package_ids]
        wanted[0] |= options
        result = self.call("AssociatePackages", DomainName=domain, PackageList=wanted)
        return list(result["DomainPackageDetailsList"])

    def associated(self, *package_ids: str, domain: str = "shop", **options: Any) -> None:
        """The same, to its end."""
        self.associate(*package_ids, domain=domain, **options)
        self.passes(5)

    def dissociate(self, *package_ids: str, domain: str = "shop") -> list[dict[str, Any]]:
        """DissociatePackages."""
        result = self.call("DissociatePackages", DomainName=domain, PackageList=list(package_ids))
        return list(result["DomainPackageDetailsList"])

    def on(self, domain: str = "shop") -> dict[str, str]:
        """The status of each of a domain's associations."""
        found = self.call("ListPackagesForDomain", DomainName=domain)["DomainPackageDetailsList"]
        return {one["PackageID"]: one["DomainPackageStatus"] for one in found}

    def association(self, package_id: str, domain: str = "shop") -> dict[str, Any]:
        found = self.call("ListPackagesForDomain", DomainName=domain)["DomainPackageDetailsList"]
        [association] = [one for one in found if one["PackageID"] == package_id]
        return dict(association)

    def domain(self, name: str = "shop") -> dict[str, Any]:
        """What DescribeDomain tells of a domain."""
        return dict(self.call("DescribeDomain", DomainName=name)["DomainStatus"])

    def progress(self, name: str = "shop", **parameters: Any) -> dict[str, Any]:
        result = self.call("DescribeDomainChangeProgress", DomainName=name, **parameters)
        return dict(result["ChangeProgressStatus"])

    def names(self, *statuses: str) -> list[str]:
        return [one["PackageStatus"] for one in self.listed(PackageStatus=list(statuses))]

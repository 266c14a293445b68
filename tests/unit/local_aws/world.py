"""The model on a clock of its own, with objects of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from local_aws.packages import PackagesModel, ServiceError, StoredObject


@dataclass
class World:
    """The model, the time and the objects."""

    time: float = 1_800_000_000.0
    objects: dict[str, StoredObject] = field(default_factory=lambda: {"words.txt": StoredObject(b"couch, sofa\n")})
    model: PackagesModel = field(init=False)

    def __post_init__(self) -> None:
        self.model = PackagesModel(
            now=lambda: self.time,
            read_object=lambda bucket, key: self.objects.get(key) if bucket == "bucket" else None,
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

    def names(self, *statuses: str) -> list[str]:
        return [one["PackageStatus"] for one in self.listed(PackageStatus=list(statuses))]

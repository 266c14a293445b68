"""Which packages an association lists: what its template says, of packages that come and go."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.association.templates import entry
from tests.simulation.cloudformation import Properties, StackResource
from tests.simulation.package.resource import PackageResource
from tests.simulation.world import World

# AWS's own plugin is known by its name, which an id would be for one engine version.
AWS_PLUGIN = "analysis-nori"


@dataclass(frozen=True)
class Listing:
    """What a template says of packages on a domain.

    Attributes:
        domain: the name of the domain.
        packages: the packages: the place of a resource in the sequence, the name of AWS's plugin, or the name of a
            package that somebody else has made, which the template knows by its id.
        text: what it says as PackageVersion; empty where that is the version that the package's resource tells of.
        more: its other properties.
    """

    domain: str
    packages: tuple[int | str, ...]
    text: str = ""
    more: Properties = field(default_factory=dict)

    def properties(
        self,
        of: StackResource,
        resources: list[PackageResource],
        without: StackResource | None = None,
    ) -> Properties | None:
        """What CloudFormation makes of it; None where there is none of the packages, and so nothing to associate.

        Args:
            of: the association.
            resources: the packages of the sequence. What has no id yet is not listed yet.
            without: a resource that leaves the template.
        """
        entries = []
        for one in self.packages:
            if isinstance(one, str):
                entries += _known_by_name(of.world, one, self.text)
            elif resources[one].physical_id is not None and resources[one] is not without:
                entries.append(self._of_a_resource(of, resources[one]))
        return {"DomainName": self.domain, "Packages": entries, **self.more} if entries else None

    def _of_a_resource(self, of: StackResource, package: PackageResource) -> Properties:
        """A package, with its version or, of another stack, with something that changes with its content."""
        same_stack = of.key[0] == package.key[0]
        content = package.properties.get("PackageContent") or package.properties.get("PackageSource", {}).get(
            "S3Key", ""
        )
        told = package.attributes.get("PackageVersion", "") if same_stack else f"content {len(content)} {content[:3]}"
        return entry(package.physical_id or "", PackageVersion=self.text or told or "none")

    def lists(self, place: int) -> bool:
        """Whether it lists that resource of the sequence."""
        return place in self.packages


def _known_by_name(world: World, name: str, text: str) -> list[Properties]:
    if name == AWS_PLUGIN:
        return [entry(name)]
    ids = [one["PackageID"] for one in world.model.own_packages() if one["PackageName"] == name]
    return [entry(one, **({"PackageVersion": text} if text else {})) for one in ids[:1]]

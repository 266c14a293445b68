"""A package as a resource of a stack."""

from __future__ import annotations

from tests.simulation.cloudformation import StackResource
from tests.simulation.names import PACKAGE


class PackageResource(StackResource):
    """A resource of the type `Custom::OpenSearchPackage`."""

    type = PACKAGE

    def is_there(self) -> bool:
        """Whether what CloudFormation knows by the id exists."""
        return self.physical_id is not None and self.world.model.package(self.physical_id) is not None

    def note_retained(self, physical_id: str) -> None:
        """Note that a Retain policy has kept the package."""
        facts = self.world.packages
        if physical_id in facts.living(self.key):
            facts.retained.add(physical_id)
            facts.once_retained.add(physical_id)

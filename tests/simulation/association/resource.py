"""Packages on a domain as a resource of a stack."""

from __future__ import annotations

from tests.simulation.cloudformation import StackResource
from tests.simulation.names import ASSOCIATION


class AssociationResource(StackResource):
    """A resource of the type `Custom::OpenSearchPackageAssociation`."""

    type = ASSOCIATION

    def is_there(self) -> bool:
        """Whether what CloudFormation knows by the id exists."""
        return self.physical_id is not None

    def note_retained(self, physical_id: str) -> None:
        """Note that a Retain policy has left the packages on the domain: from now on they are nobody's."""
        facts, domain = self.world.associations, physical_id.split("/", maxsplit=1)[0]
        facts.ours = {place: key for place, key in facts.ours.items() if key != self.key or place[0] != domain}

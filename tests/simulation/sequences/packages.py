"""What stacks do with packages in a sequence."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_handler.ownership import Owner, fingerprint
from local_aws.packages import ServiceError
from tests.simulation.cloudformation import CLEANS_UP_AFTERWARDS, StackResource
from tests.simulation.names import OTHER
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import unnamed
from tests.simulation.sequences.deployment import Deployment
from tests.simulation.sequences.sending import send
from tests.simulation.sequences.steps import NO_ROLLBACK, Disturbance, Step

if TYPE_CHECKING:
    from tests.simulation.sequences.play import Play


class PackageSteps:
    """The operations on packages, each with all that follows."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._world = play.world

    def take(self, resource: PackageResource, step: Step) -> None:
        """One operation."""
        if step.kind == "delete":
            self._delete(resource, step.disturbance)
        elif step.kind == "cancel" and resource.physical_id is None:
            self._cancel(resource, step)
        elif step.kind == "adopt" and resource.physical_id is None:
            self._adopt(resource, step)
        else:
            self._apply(resource, step)

    def change(
        self, deployment: Deployment, resource: PackageResource, step: Step, but: StackResource | None = None
    ) -> bool:
        """Create or update it, and then the associations of its stack that list it. Gives whether all have worked."""
        sends = partial(self._send, disturbance=step.disturbance)
        return deployment.apply(resource, step.wanted, sends) and self._play.follow(deployment, resource, but)

    def _send(self, resource: StackResource, event: dict[str, Any], disturbance: Disturbance) -> None:
        """Send a request for a package, with what else happens."""
        act = self._play.people.to_packages(disturbance.by_hand, resource) if disturbance.by_hand else None
        send(self._world, event, disturbance, act, disturbs=True)
        if self._world.stacks.error:
            self._world.run()

    def _apply(self, resource: PackageResource, step: Step) -> None:
        deployment = Deployment(self._world)
        created = resource.physical_id is None
        works = self.change(deployment, resource, step)
        if not works and step.kind == NO_ROLLBACK:
            self._play.leave(deployment)
        elif not works:
            self._play.roll_back(deployment, known_as_new=True)
        elif step.kind.startswith("undo") and not created:
            self._play.roll_back(deployment, known_as_new=step.kind == "undo")
        elif deployment.changes[0].is_a_replacement and self._play.is_imported(resource):
            self._play.roll_back(deployment, known_as_new=True)  # CloudFormation changes no export that is in use
        else:
            self._play.end_well(deployment)

    def _adopt(self, resource: PackageResource, step: Step) -> None:
        """Somebody has made the package: a person, or a resource of another stack."""
        what = ("PackageType", "EngineVersion", "PackageVendingOptions")
        alike = {name: step.wanted[name] for name in what if name in step.wanted}
        if "EngineVersion" in alike:
            alike["PackageSource"] = step.wanted["PackageSource"]
        if "PackageVendingOptions" in alike:
            alike["PackageVendingOptions"] = {"VendingEnabled": True}
        theirs = Owner(OTHER, "Theirs", "elsewhere").sign("", fingerprint("elsewhere"))
        agreed = {"AdoptFrom": "other/Theirs"} if step.resource else {}
        try:
            name = f"adopt-{len(self._world.packages.adopting)}"
            made = self._world.packages.make_by_hand(name, theirs if agreed else "a person's", **alike)
        except ServiceError:
            return
        self._world.clockwork.sleep(300)  # until it is imported
        wanted = unnamed(step.wanted) | {"AdoptPackageID": made, **agreed}
        self._apply(resource, replace(step, wanted=wanted))

    def _delete(self, resource: PackageResource, disturbance: Disturbance) -> None:
        """Take it out of the template: the associations of the stack lose it first."""
        if resource.physical_id is None or not self._play.let_go(resource):
            return
        event = resource.removal()
        self._send(resource, event, disturbance)
        resource.follow_up(event)

    def _cancel(self, resource: PackageResource, step: Step) -> None:
        """Another resource of the stack has failed while this one's Create is on its way."""
        # A Create that dies is repeated after a minute: then no Delete can wait for it.
        survived = {call: fault for call, fault in step.disturbance.faults.items() if fault.how != "killed"}
        self._world.boundaries.plan(survived)
        creation = resource.creation(step.wanted)
        self._world.sent[creation["RequestId"]].cancelled = True
        self._world.deliver(creation)
        self._world.clockwork.sleep(step.disturbance.by_hand_after)
        self._world.give_up(creation)
        removal = resource.removal(resource.invented_id, step.wanted, CLEANS_UP_AFTERWARDS)
        self._world.serve(removal)
        if self._world.stacks.error:
            self._world.run()

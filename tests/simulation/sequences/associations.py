"""What stacks do with associations in a sequence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.simulation.association.resource import AssociationResource
from tests.simulation.cloudformation import CLEANS_UP_AFTERWARDS, Properties, StackResource
from tests.simulation.sequences.deployment import Deployment
from tests.simulation.sequences.operations import AssociationStep
from tests.simulation.sequences.sending import send
from tests.simulation.sequences.steps import NO_ROLLBACK

if TYPE_CHECKING:
    from tests.simulation.sequences.play import Play

# CloudFormation tries a clean-up that often.
CLEAN_UPS = 3


class AssociationSteps:
    """The operations on associations, each with all that follows."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._world = play.world

    def take(self, resource: AssociationResource, step: AssociationStep) -> None:
        """One operation."""
        if step.kind == "delete":
            self._delete(resource, step)
        elif step.kind == "cancel" and resource.physical_id is None:
            self._cancel(resource, step)
        elif step.beside and step.beside.resource != step.resource and self._play.is_free(step.beside.resource):
            self._apply_both(step, step.beside)
        else:
            self._apply(resource, step)

    def _apply(self, resource: AssociationResource, step: AssociationStep) -> None:
        deployment = Deployment(self._world)
        works = self._change_package(deployment, resource, step)
        before = self._play.listings.get(resource.key)
        wanted = self._wanted(resource, step)
        if works and wanted is not None:
            works = deployment.apply(resource, wanted, partial(self._send, step=step))
        if works and not step.kind.startswith("undo"):
            self._play.end_well(deployment)
            return
        if before is not None:
            self._play.listings[resource.key] = before
        if step.kind == NO_ROLLBACK and not works:
            self._play.leave(deployment)
        else:
            self._play.roll_back(deployment, known_as_new=step.kind != "undo, old id")

    def _change_package(self, deployment: Deployment, resource: AssociationResource, step: AssociationStep) -> bool:
        """What the same deployment does before."""
        if step.package is None or step.package.kind != "apply":
            return True
        package = self._play.packages[step.package.resource]
        if package.key[0] != resource.key[0] or (package.physical_id and self._play.is_imported(package)):
            return True
        return self._play.of_packages.change(deployment, package, step.package, but=resource)

    def _apply_both(self, *steps: AssociationStep) -> None:
        """Two at the same time, in one stack or in two: one domain takes one change after the other."""
        deployments: dict[str, Deployment] = {}
        before, begun = dict(self._play.listings), []
        for step in steps:
            resource = self._play.associations[step.resource]
            if (wanted := self._wanted(resource, step)) is not None:
                deployment = deployments.setdefault(resource.key[0], Deployment(self._world))
                event = deployment.begin(resource, wanted)
                begun.append((deployment, event))
                self._world.deliver(event)
                self._world.clockwork.sleep(steps[0].disturbance.by_hand_after)
        self._note_a_dispute([event for _, event in begun])
        self._world.run()
        failed = {id(deployment) for deployment, event in begun if not deployment.has_worked(event)}
        for deployment in deployments.values():
            if id(deployment) not in failed:
                self._play.end_well(deployment)
                continue
            for change in deployment.changes:
                self._play.listings[change.resource.key] = before.get(
                    change.resource.key, self._play.listings[change.resource.key]
                )
            self._play.roll_back(deployment, known_as_new=True)

    def _note_a_dispute(self, events: list[dict[str, Any]]) -> None:
        """Two that list the same package, or have listed it, may take it off each other."""
        told = [[*one["ResourceProperties"]["Packages"], *_listed_before(one)] for one in events]
        named = [{one.get("PackageID") or one["PackageName"] for one in entries} for entries in told]
        if len(named) > 1 and named[0] & named[1]:
            for event in events:
                self._world.sent[event["RequestId"]].disturbed = True

    def _wanted(self, resource: AssociationResource, step: AssociationStep) -> Properties | None:
        wanted = step.wanted.properties(resource, self._play.packages)
        if wanted is not None:
            self._play.listings[resource.key] = step.wanted
        return wanted

    def _delete(self, resource: AssociationResource, step: AssociationStep) -> None:
        if resource.physical_id is None:
            return
        if resource.retains:
            resource.delete()
            return
        event = resource.removal()
        self._send(resource, event, step)
        resource.follow_up(event)

    def _cancel(self, resource: AssociationResource, step: AssociationStep) -> None:
        """Another resource of the stack has failed while this one's Create is on its way."""
        wanted = self._wanted(resource, step)
        if wanted is None:
            return
        # A Create that dies is repeated after a minute: then no Delete can wait for it.
        survived = {call: fault for call, fault in step.disturbance.faults.items() if fault.how != "killed"}
        self._world.boundaries.plan(survived)
        creation = resource.creation(wanted)
        self._world.sent[creation["RequestId"]].cancelled = True
        self._world.deliver(creation)
        self._world.clockwork.sleep(step.disturbance.by_hand_after)
        self._world.give_up(creation)
        for _ in range(CLEAN_UPS):
            response = self._world.serve(resource.removal(resource.invented_id, wanted, CLEANS_UP_AFTERWARDS))
            if response is not None and response.status == "SUCCESS":
                break
        if self._world.stacks.error:
            self._world.run()

    def _send(self, resource: StackResource, event: dict[str, Any], step: AssociationStep) -> None:
        """Send a request for an association, with what else happens."""
        told, act = step.disturbance.by_hand, None
        if told is not None:
            listed = step.wanted.packages[0]
            act = partial(self._play.people.to_domain, told, step.wanted.domain, self._play.package_id(listed))
        send(self._world, event, step.disturbance, act, disturbs=told != "change")
        if self._world.stacks.error:
            self._world.run()


def _listed_before(event: dict[str, Any]) -> list[Properties]:
    return list(event.get("OldResourceProperties", {}).get("Packages", []))

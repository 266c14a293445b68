"""Playing a sequence: what stacks have, what follows on what, and what is checked at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.simulation.association.resource import AssociationResource
from tests.simulation.cloudformation import CLEANS_UP, CLEANS_UP_AFTERWARDS, DELETES, Properties, StackResource
from tests.simulation.guarantees import Violation
from tests.simulation.limits import excuse
from tests.simulation.package.resource import PackageResource
from tests.simulation.sequences.associations import AssociationSteps
from tests.simulation.sequences.deployment import Deployment
from tests.simulation.sequences.listings import Listing
from tests.simulation.sequences.operations import AssociationStep, DomainStep
from tests.simulation.sequences.packages import PackageSteps
from tests.simulation.sequences.people import LONGEST_CHANGE, People
from tests.simulation.sequences.steps import Step
from tests.simulation.sequences.unknowns import ASSOCIATIONS, PACKAGES, Unknowns
from tests.simulation.tally import counts
from tests.simulation.violations import left_over, violations
from tests.simulation.world import Received

# What CloudFormation and people need at least between two operations of a stack, in seconds.
BETWEEN_OPERATIONS = 11.0
# By then everybody sees everything.
AT_LAST = 120.0

AnyStep = Step | AssociationStep | DomainStep


class Play:
    """One sequence.

    Attributes:
        world: where it happens.
        people: who does what the stacks do not.
        packages: the packages of the stacks, whether they are there or not.
        associations: the associations of the stacks.
        listings: which packages the template lists for an association, by its key.
    """

    def __init__(self, unknowns: Unknowns) -> None:
        self.world = unknowns.world()
        self.people = People(self.world)
        self.packages = [
            PackageResource(self.world, *key, retains=retains)
            for key, retains in zip(PACKAGES, unknowns.retains, strict=True)
        ]
        self.associations = [
            AssociationResource(self.world, *key, retains=retains)
            for key, retains in zip(ASSOCIATIONS, unknowns.keeps, strict=True)
        ]
        self.listings: dict[tuple[str, str], Listing] = {}
        self.of_packages, self.of_associations = PackageSteps(self), AssociationSteps(self)
        self._stuck: dict[str, Deployment] = {}  # rollbacks that have failed, by their stacks
        self._not_deleted: set[tuple[str, str]] = set()  # what a rollback has created in vain, and could not delete
        # What Creates have left that failed with rollback disabled: the ids, and what they wanted.
        self._left: dict[tuple[str, str], tuple[str, Properties]] = {}

    def step(self, step: AnyStep) -> None:
        """One operation, with all that follows."""
        counts["operations"] += 1
        counts["struck"] += len(step.disturbance.faults)
        before = self.world.clockwork.now()
        self.world.clockwork.sleep(BETWEEN_OPERATIONS)
        self.world.associations.look_again()
        self.world.boundaries.plan(step.disturbance.faults)
        if isinstance(step, DomainStep):
            self.people.to_domain(step.kind, step.domain, self.package_id(step.package))
        elif step.kind == "wait":
            self.world.clockwork.sleep(86_400)
        elif step.kind == "take name" and isinstance(step, Step):
            self.people.take_name(step.wanted.get("PackageName", "another"))
        else:
            self._deploy(step)
        self._excuse(before)

    def end(self) -> list[Violation]:
        """Delete everything, undisturbed, and say what did not hold."""
        self.world.boundaries.plan({})
        before = self.world.clockwork.now()
        self.world.run()
        self.world.clockwork.sleep(AT_LAST)
        self.people.tidy_up()
        for deployment in self._stuck.values():
            while not deployment.go_on():
                self._leave_to_people(deployment.skip())
        self._excuse(before)
        left = self._delete(self.associations)
        self.people.take_all_off()
        left += self._delete(self.packages)
        return [*violations(self.world), *left]

    def _leave_to_people(self, resource: StackResource) -> None:
        """What a rollback was told to skip is theirs to tidy up who have told it so."""
        packages, associations = self.world.packages, self.world.associations
        packages.unmarked |= set(packages.living(resource.key)) - {resource.physical_id or ""}
        associations.excused |= {place for place, key in associations.ours.items() if key == resource.key}

    def _delete(self, resources: Sequence[StackResource]) -> list[Violation]:
        self._delete_what_failed(resources, DELETES)
        for resource in resources:
            resource.retains = False
            self._delete_at_last(resource.delete)
        self.world.run()
        return [one for resource in resources for one in left_over(self.world, resource.type, resource.key)]

    def _delete_at_last(self, delete: Callable[[], Received | None]) -> None:
        """Delete, and delete again where a domain took longer than the request may."""
        response = delete()
        if response is not None and response.status == "FAILED":
            self.world.clockwork.sleep(LONGEST_CHANGE)
            delete()

    def _remove(self, resource: StackResource, physical_id: str, wanted: Properties, status: str) -> Received | None:
        return self.world.serve(resource.removal(physical_id, wanted, status))

    def _deploy(self, step: Step | AssociationStep) -> None:
        """What a stack does. It takes nothing before a rollback that has failed is through."""
        resources: Sequence[StackResource] = self.packages if isinstance(step, Step) else self.associations
        stack_id = resources[step.resource].key[0]
        resource = resources[step.resource]
        if stack_id in self._stuck:
            self._roll_on(stack_id)
        elif resource.key in self._not_deleted:
            self._delete_again(resource)
        elif isinstance(step, Step):
            self.of_packages.take(self.packages[step.resource], step)
        else:
            self.of_associations.take(self.associations[step.resource], step)

    def _excuse(self, before: float) -> None:
        """Pass over what requests have met of the limits since a moment. Some may be at work for longer than a step."""
        resources = {one.key: one for one in [*self.packages, *self.associations]}
        for sent in self.world.sent.values():
            goes_on = (sent.cancelled or sent.overlapped) and sent.expires > before
            if sent.signed >= before or goes_on:
                excuse(resources[sent.key], sent)

    # -- what follows on what -------------------------------------------------------------------------------------

    def end_well(self, deployment: Deployment) -> None:
        """A deployment went well: clean up. What somebody else's domain holds they have to free themselves."""
        deployment.end()
        self._delete_what_failed([one.resource for one in deployment.changes], CLEANS_UP)
        self._free_what_is_held()

    def leave(self, deployment: Deployment) -> None:
        """A deployment has failed, with rollback disabled: a Create alone stays as it is, all else is rolled back."""
        changes = deployment.changes
        if len(changes) != 1 or changes[0].known_as is not None:
            self.roll_back(deployment, known_as_new=True)
            return
        [first] = changes
        resource = first.resource
        self._delete_what_failed([resource], CLEANS_UP)
        if resource.physical_id is not None and not first.replaced_by:
            self._left[resource.key] = resource.physical_id, first.wanted
            self.world.packages.left |= set(self.world.packages.living(resource.key))
            resource.physical_id = None

    def _delete_what_failed(self, resources: Sequence[StackResource], status: str) -> None:
        """CloudFormation deletes what Creates have left that failed, unless the resource has that id by now."""
        for resource in resources:
            physical_id, wanted = self._left.pop(resource.key, (None, {}))
            if physical_id is None or physical_id == resource.physical_id:
                continue
            delete = partial(self._remove, resource, physical_id, wanted, status)
            if status == DELETES:
                self._delete_at_last(delete)
            else:
                delete()

    def roll_back(self, deployment: Deployment, *, known_as_new: bool) -> None:
        """A deployment has failed, or the stack elsewhere."""
        if not deployment.roll_back(known_as_new=known_as_new):
            self._stuck[deployment.changes[0].resource.key[0]] = deployment
        else:
            self._delete_what_failed([one.resource for one in deployment.changes], CLEANS_UP_AFTERWARDS)
        self._end_rollback(deployment)

    def _roll_on(self, stack_id: str) -> None:
        """Continue a rollback that has failed."""
        deployment = self._stuck[stack_id]
        if deployment.go_on():
            del self._stuck[stack_id]
        self._end_rollback(deployment)

    def _end_rollback(self, deployment: Deployment) -> None:
        self._not_deleted |= {one.resource.key for one in deployment.changes if one.is_left}
        self._free_what_is_held()

    def _delete_again(self, resource: StackResource) -> None:
        """CloudFormation tries the clean-up again. Nothing of such a resource is ever updated."""
        resource.delete(CLEANS_UP_AFTERWARDS)
        if resource.physical_id is None:
            self._not_deleted.discard(resource.key)

    def is_free(self, place: int) -> bool:
        """Whether an association may be changed: no rollback has to be continued before."""
        key = self.associations[place].key
        return key[0] not in self._stuck and key not in self._not_deleted

    def follow(self, deployment: Deployment, package: PackageResource, but: StackResource | None = None) -> bool:
        """Bring what a package has become to the associations of its stack that list it. Gives whether that worked."""
        for one in self._listing(package):
            wanted = self.listings[one.key].properties(one, self.packages)
            if one is not but and wanted and wanted != one.properties and not deployment.apply(one, wanted, self._send):
                return False
        return True

    def let_go(self, package: PackageResource) -> bool:
        """Take a package out of the associations of its stack that list it. Gives whether that worked."""
        deployment, empty = Deployment(self.world), []
        for one in self._listing(package):
            wanted = self.listings[one.key].properties(one, self.packages, without=package)
            if wanted is None:
                empty.append(one)
            elif wanted != one.properties and not deployment.apply(one, wanted, self._send):
                self.roll_back(deployment, known_as_new=True)
                return False
        self.end_well(deployment)
        for one in empty:
            one.delete()
        return all(one.physical_id is None for one in empty)

    def is_imported(self, package: PackageResource) -> bool:
        """Whether another stack lists a package, so that its id may not change."""
        place = self.packages.index(package)
        others = (one for one in self.associations if one.key[0] != package.key[0] and one.physical_id is not None)
        return any(place in self.listings[one.key].packages for one in others)

    def _listing(self, package: PackageResource) -> list[AssociationResource]:
        """The associations of its stack that list a package. What could not be deleted the stack knows no more."""
        place = self.packages.index(package)
        known = (one for one in self.associations if one.physical_id is not None and one.key not in self._not_deleted)
        return [one for one in known if one.key[0] == package.key[0] and place in self.listings[one.key].packages]

    def _send(self, _: StackResource, event: dict[str, Any]) -> None:
        self.world.deliver(event)

    def _free_what_is_held(self) -> None:
        """Where CloudFormation could not delete a package, because a domain has it, somebody does what the reason says.

        CloudFormation knows nothing of the package any more.
        """
        known = {one.physical_id for one in self.packages}
        there = {one["PackageID"] for one in self.world.model.own_packages() if one["PackageStatus"] != "DELETING"}
        for package_id in (there & self.world.packages.made.keys()) - known - self.world.packages.retained:
            deletes = [one for one in self.world.sent.values() if one.event.get("PhysicalResourceId") == package_id]
            response = deletes[-1].response if deletes else None
            if response is not None and "it is associated with" in response.reason:
                self.people.delete_at_last(package_id)

    def package_id(self, package: int | str) -> str:
        """The id of a resource's package, or of one that somebody else has made; empty where there is none."""
        if isinstance(package, int):
            return self.packages[package].physical_id or ""
        named = [one for one in self.world.model.packages.values() if one.name == package]
        return named[0].package_id if named else ""

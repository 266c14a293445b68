"""What there is of packages in a world, who made it, and what people did to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lambda_handler.ownership import Owner, fingerprint, read
from local_aws.packages import StoredObject
from tests.simulation.names import ENGINES, LOGICAL_ID, OTHER, SHOP, SOURCES
from tests.support.plugin_archives import plugin_archive

if TYPE_CHECKING:
    from tests.simulation.world import Sent, World, Write
    from tests.support.responses import Response

WRITES = ("CreatePackage", "UpdatePackage", "DeletePackage")
GOING = ("DELETING", "DELETED")


@dataclass(frozen=True)
class Then:
    """How it was when CloudFormation received a response.

    Attributes:
        living: the packages of the resource that were there to stay.
        content: what the service held as the available content of the package that the response names.
        package: that package.
        edited: whether somebody else wrote to the package last, so that not all of it is ours.
        held: the packages that were on domains.
    """

    living: list[str]
    content: bytes | None
    package: dict[str, Any] | None
    edited: bool
    held: set[str]


@dataclass
class Import:
    """An import that the service took on: at `due` it becomes a version, if it does."""

    request: str
    package_id: str
    due: float


class PackageFacts:
    """What a world knows of packages.

    Attributes:
        made: packages that requests have made or adopted, and the resource of each.
        adopting: packages, and the resource that is to adopt each.
        heirs: packages that have taken the place, and the name, of one that was adopted.
        imports: what the service took on to import.
        edited: packages that hold what a person wrote last.
        retained: packages that a Retain policy has kept.
        once_retained: the same, also after the resource has taken one up again; and what was adopted in vain.
        left: packages that CloudFormation knows by the ids of Creates that have failed with rollback disabled.
        unmarked: packages that a person took the mark from, at some time.
        not_ours: packages that no request may touch, in every detail.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.made: dict[str, tuple[str, str]] = {}
        self.adopting: dict[str, tuple[str, str]] = {}
        self.heirs: set[str] = set()
        self.imports: list[Import] = []
        self.edited: set[str] = set()
        self.retained: set[str] = set()
        self.once_retained: set[str] = set()
        self.left: set[str] = set()
        self.unmarked: set[str] = set()
        self.not_ours: dict[str, object] = {}

    # What there is from the start, and what others make.

    def prepare(self) -> None:
        """Store the sources, and let others make packages."""
        objects = self._world.store.objects
        for key, body in (("old", b"couch, sofa\n"), ("new", b"couch, sofa, settee\n"), ("bad", b"\xff\xfe")):
            objects[SOURCES, f"{key}.txt"] = StoredObject(body)
            objects[SOURCES, f"{key}-kms.txt"] = StoredObject(body, encryption="aws:kms")
        for engine in ENGINES:
            objects[SOURCES, f"{engine}.zip"] = StoredObject(plugin_archive(opensearch_version=f"{engine}.0"))
        objects[SOURCES, "described-at-length.zip"] = StoredObject(plugin_archive(description=1000 * "語"))
        mark = fingerprint("elsewhere")
        self.make_by_hand("of-another-stack", Owner(OTHER, LOGICAL_ID, "elsewhere").sign("", mark))
        self.make_by_hand("of-a-sibling", Owner(SHOP, "Sibling", "elsewhere").sign("", mark))
        self.make_by_hand("made-by-hand", "a person's")
        self._world.clockwork.sleep(60)
        self.not_ours = self.all_not_ours()

    def make_by_hand(self, name: str, description: str, **more: Any) -> str:
        """A package that none of the function's requests made. Gives its id."""
        made = self._world.model.call(
            "CreatePackage",
            {
                "PackageName": name,
                "PackageType": "TXT-DICTIONARY",
                "PackageDescription": description,
                "PackageSource": {"S3BucketName": SOURCES, "S3Key": "old.txt"},
                **more,
            },
        )
        return cast("str", made["PackageDetails"]["PackageID"])

    def delete_by_hand(self, package_id: str) -> None:
        """Somebody deletes a package."""
        self._world.model.call("DeletePackage", {"PackageID": package_id})
        self.not_ours.pop(package_id, None)

    def keep_as_it_is(self, package_id: str) -> None:
        """From now on a package is to stay as it is."""
        self.not_ours[package_id] = self.all_not_ours()[package_id]

    def all_not_ours(self) -> dict[str, object]:
        """What the function must never touch, in every detail."""
        ours, model = self.made.keys() | self.adopting.keys(), self._world.model
        theirs = [package_id for package_id in model.packages if package_id not in ours]
        return {one: (model.package(one), model.versions(one)) for one in theirs}

    def living(self, key: tuple[str, str]) -> list[str]:
        """The packages that requests of a resource made and that are there to stay."""
        there = {one["PackageID"]: one["PackageStatus"] for one in self._world.model.own_packages()}
        return [one for one, maker in self.made.items() if maker == key and there.get(one, "DELETED") not in GOING]

    # What happens.

    def send(self, event: dict[str, Any]) -> None:
        """CloudFormation sends a request.

        From then on the resource may write to what it is to adopt, unless that is another one's who does not give it.
        """
        properties = event["ResourceProperties"]
        if event["RequestType"] != "Create" or "AdoptPackageID" not in properties:
            return
        package_id, key = properties["AdoptPackageID"], (event["StackId"], event["LogicalResourceId"])
        mark = read((self._world.model.package(package_id) or {}).get("PackageDescription", ""))[1]
        if mark is None or Owner(*key, event["RequestId"]).owns(mark) or "AdoptFrom" in properties:
            self.adopting[package_id] = key
            self.not_ours.pop(package_id, None)

    def ask(self, write: Write) -> None:
        """A request asks for a change of a package."""

    def refuse(self, write: Write) -> None:
        """The service has refused it."""

    def apply(self, write: Write, response: Any) -> None:
        """A request has changed a package."""
        if write.operation == "CreatePackage":
            write.package_ids = [response["PackageDetails"]["PackageID"]]
            self.made[write.package_id] = self._world.sent[write.request].key
        if write.operation != "DeletePackage":
            behaviour = self._world.model.behaviour
            due = write.moment + behaviour.copying + behaviour.validating
            self.imports.append(Import(write.request, write.package_id, due))
            self.edited.discard(write.package_id)

    def receive(self, sent: Sent, response: Response, *, heard: bool) -> Then:
        """CloudFormation receives a response, and listens to it or not."""
        named, model = response.physical_id, self._world.model
        succeeded = heard and response.status == "SUCCESS"
        if succeeded and self.adopting.get(named) == sent.key:
            self.made[named] = sent.key
        if succeeded and sent.event.get("PhysicalResourceId") in self.adopting.keys() | self.heirs:
            self.heirs.add(named)
        if succeeded:
            self.retained.discard(named)
        if succeeded and sent.rolls_back and sent.event["RequestType"] == "Delete" and named in self.adopting:
            self.once_retained.add(named)  # a rollback does not delete what it has not made
        package = model.package(named)
        versions = model.versions(named) if package else ()
        content = versions[-1].body if versions else None
        held = {package_id for _, package_id in self._world.associations.on_domains()}
        return Then(self.living(sent.key), content, package, named in self.edited, held)

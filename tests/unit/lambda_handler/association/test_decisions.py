"""What the change of a domain's packages does next: the table row by row, and every other situation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.association import decision_table
from lambda_handler.association.decision_table import ROWS, decide
from lambda_handler.association.decisions import Associate, Decision, Dissociate, Done, Fail, Wait
from lambda_handler.association.finding import Problem
from lambda_handler.association.member import Member
from lambda_handler.association.progress import ChangeProgress
from lambda_handler.association.properties import Entry
from lambda_handler.association.situation import Situation
from lambda_handler.domains import Association, Domain
from lambda_handler.opensearch import Package
from lambda_handler.reconcile import Grace
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE

NOW = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
YOUNG, OLD = 100.0, 200.0  # how long ago the request asked first, in seconds
LONG_AGO, JUST_NOW = NOW - 3600, NOW - 1
CONFIGURATION = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": True}}


def at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def met(seconds: float, since: float) -> Grace:
    """Something that was first met then, and last now."""
    return Grace(seconds, since, NOW)


def package(package_id: str = "F1", status: str = "AVAILABLE", version: str = "v2", **details: Any) -> Package:
    shown: Any = {
        "PackageID": package_id,
        "PackageName": f"words-{package_id.lower()}",
        "PackageType": "TXT-DICTIONARY",
        "PackageStatus": status,
        "AvailablePackageVersion": version,
        "LastUpdatedAt": at(LONG_AGO),
        "ErrorDetails": {"ErrorMessage": "bad words"} if status.endswith("FAILED") else {},
    }
    return Package(shown | details)


def association(
    package_id: str = "F1", status: str = "ACTIVE", version: str = "v2", updated: float = LONG_AGO, **details: Any
) -> Association:
    """An association; one that has never been ACTIVE has no version."""
    shown: Any = {
        "PackageID": package_id,
        "PackageName": f"words-{package_id.lower()}",
        "PackageType": "TXT-DICTIONARY",
        "DomainName": DOMAIN,
        "DomainPackageStatus": status,
        "PackageVersion": version,
        "ReferencePath": f"analyzers/{package_id}",
        "LastUpdated": at(updated),
        "ErrorDetails": {"ErrorMessage": "no space"} if status.endswith("FAILED") else {},
    }
    return Association(shown | details)


Wish = Callable[[ChangeProgress], Member]


def wish(
    found: Package | None = None,
    there: Association | None = None,
    *,
    problem: Problem | None = None,
    previous: Entry | None = None,
    **entry: Any,
) -> Wish:
    """A package that is to be on the domain; by default one that is available, and is not there yet."""
    package_found = None if problem else found or package()
    package_id = package_found.id if package_found else "F1"

    def member(progress: ChangeProgress) -> Member:
        return Member(
            entry=Entry(package_id, **entry),
            previous=previous,
            problem=problem,
            found=package_found,
            association=there,
            prerequisites=entry.get("prerequisites", ()),
            progress=progress,
            now=NOW,
        )

    return member


NOBODY = None
KEY_STORE_OF_ANOTHER = {"KeyStoreAccessOption": {"KeyAccessRoleArn": "another", "KeyStoreAccessEnabled": True}}
STAYS = Domain({"DomainName": DOMAIN, "EngineVersion": ENGINE, "DomainProcessingStatus": "Active"})  # type: ignore[typeddict-item]


def domain(status: str, **details: Any) -> Domain:
    told: Any = {"DomainName": DOMAIN, "EngineVersion": ENGINE, "DomainProcessingStatus": status}
    return Domain(told | details)


def situation(
    *wishes: Wish,
    unwanted: tuple[Association, ...] = (),
    others: tuple[Association, ...] = (),
    domain: Domain | None = STAYS,
    waits: bool = True,
    wants: tuple[str, ...] | None = None,
    told: str = "",
    **progress: Any,
) -> Situation:
    """A situation; what is not named here is remembered by the request."""
    memory = ChangeProgress(**progress)
    members = tuple(one(memory) for one in wishes)
    there = {one.id: one for one in (*others, *unwanted, *(m.association for m in members if m.association))}
    return Situation(
        name=DOMAIN,
        domain=domain,
        told=told,
        associations=tuple(there.values()),
        wants=tuple(one.entry.key for one in members) if wants is None else wants,
        members=members,
        everyone=members,
        unwanted=unwanted,
        waits=waits,
        progress=memory,
        now=NOW,
    )


def asked(
    *before: Association | str, since: float = JUST_NOW, first: float = OLD, accepted: bool = True, **more: Any
) -> dict[str, Any]:
    """What is remembered of an AssociatePackages of associations that were like that, or of packages not there."""
    revisions = {
        one if isinstance(one, str) else one.id: "" if isinstance(one, str) else one.revision for one in before
    }
    return {"asked": revisions, "first_asked_at": NOW - first, "asked_at": since, "accepted": accepted, **more}


def dissociated(*before: Association, since: float = JUST_NOW, accepted: bool = True) -> dict[str, Any]:
    """What is remembered of a DissociatePackages of associations that were like that."""
    revisions = {one.id: one.revision for one in before}
    return {"dissociated": revisions, "dissociated_at": since, "dissociation_accepted": accepted}


def associates(*package_ids: str) -> tuple[str, tuple[str, ...]]:
    return ("AssociatePackages", package_ids)


def dissociates(*package_ids: str) -> tuple[str, tuple[str, ...]]:
    return ("DissociatePackages", package_ids)


Expected = Decision | tuple[str, tuple[str, ...]]

RIGHT, LAGGING = association(), association(version="v1")
FAILED, FAILED_IN_USE = association("F1", "ASSOCIATION_FAILED", ""), association("F1", "ASSOCIATION_FAILED", "v1")
GOING = association("F9", "DISSOCIATING")
UNWANTED, FOREIGN = association("F9"), association("F7")
STUCK = association("F9", "DISSOCIATION_FAILED")
FOREIGN_CHANGE = association("F7", "ASSOCIATING")
NO_DOMAIN = "DescribeDomain failed: ResourceNotFoundException: Domain not found"
NO_PACKAGE = Problem("there is no package F1")
WRONG_ENGINE = Problem("package F1 is for OpenSearch_2.19", may_pass=False)
BUSY = Wait(f"domain {DOMAIN!r} to finish its change", "Modifying")
NOT_SHOWN = Wait(f"the change on domain {DOMAIN!r}", "not shown yet")
REFUSED: dict[str, Any] = {"refused": met(180, NOW - 181), "refusal": "AssociatePackages failed: no"}
COULD_NOT_GO = f"package 'words-f9' (F9) could not be dissociated from domain {DOMAIN!r}: "

# The rows in their order. For each: situations in which it is the first that applies, with the decision. Of a reason, a
# part is enough. Where it is possible, rows further down apply to a situation too.
TABLE: dict[str, list[tuple[Situation, Expected]]] = {
    "the domain is gone or being deleted, and packages were only to be taken off it": [
        (situation(domain=None), Done()),
        (situation(domain=None, no_domain=met(15, NOW - 16)), Done()),
        (situation(domain=domain("Deleting", Deleted=True)), Done()),
        (situation(domain=domain("Deleting"), **dissociated(UNWANTED)), Done()),
    ],
    "there has been no such domain for 15 s, or it is being deleted": [
        (
            situation(domain=None, told=NO_DOMAIN, wants=("F1", "synonyms"), no_domain=met(15, NOW - 16)),
            Fail(
                f"domain {DOMAIN!r} does not exist in this account and Region: packages 'F1', 'synonyms' cannot be "
                f"associated with it: {NO_DOMAIN}"
            ),
        ),
        (
            situation(domain=domain("Active", Deleted=True), wants=("F1",)),
            Fail(f"domain {DOMAIN!r} is being deleted: package 'F1' cannot be associated with it"),
        ),
        (situation(domain=domain("Deleting"), wants=("F1",)), Fail("is being deleted")),
    ],
    "there is no such domain": [
        (situation(domain=None, wants=("F1",)), Wait(f"domain {DOMAIN!r} to show", "not there")),
        (
            situation(domain=None, wants=("F1",), no_domain=met(15, NOW - 15)),
            Wait(f"domain {DOMAIN!r} to show", "not there"),
        ),
    ],
    (
        "the domain is being upgraded, and a plugin is to be on it, or something that is not there yet: which ones fit "
        "shows afterwards"
    ): [
        (
            situation(wish(problem=WRONG_ENGINE), domain=domain("UpgradingEngineVersion")),
            Wait(f"domain {DOMAIN!r} to finish its change", "UpgradingEngineVersion"),
        ),
        (
            situation(wish(package(PackageType="ZIP-PLUGIN"), RIGHT), domain=domain("Active", UpgradeProcessing=True)),
            Wait(f"domain {DOMAIN!r} to finish its change", "Active"),
        ),
        (
            situation(wish(there=RIGHT, package_version="v3"), domain=domain("UpgradingEngineVersion")),
            Wait(f"domain {DOMAIN!r} to finish its change", "UpgradingEngineVersion"),
        ),
        (
            situation(wish(package(status="COPY_FAILED", version="")), domain=domain("UpgradingEngineVersion")),
            Wait(f"domain {DOMAIN!r} to finish its change", "UpgradingEngineVersion"),
        ),
    ],
    "a package is for another engine version, or one of several of its name; or there has been none for 15 s": [
        (situation(wish(problem=WRONG_ENGINE)), Fail("package F1 is for OpenSearch_2.19")),
        (
            situation(wish(problem=NO_PACKAGE), wish(problem=WRONG_ENGINE), domain=domain("Modifying")),
            Fail("there is no package F1; package F1 is for OpenSearch_2.19"),
        ),
        (situation(wish(problem=NO_PACKAGE), missing=met(15, NOW - 16)), Fail("there is no package F1")),
        (
            situation(wish(package("F2", "COPYING")), wish(problem=NO_PACKAGE), missing=met(15, NOW - 16)),
            Fail("there is no package F1"),
        ),
    ],
    "there is no such package, or it is being deleted": [
        (situation(wish(problem=NO_PACKAGE)), Wait("packages to show", "there is no package F1")),
        (
            situation(wish(problem=NO_PACKAGE), domain=domain("Modifying"), missing=met(15, NOW - 15)),
            Wait("packages to show", "there is no package F1"),
        ),
    ],
    "a package is COPYING, VALIDATING, or in another status that passes": [
        (situation(wish(package(status="SCANNING"))), Wait("the import of 'words-f1' (F1)", "SCANNING")),
        (situation(wish(package(status="COPYING"))), Wait("the import of 'words-f1' (F1)", "COPYING")),
        (
            situation(wish(package(status="VALIDATING", version="v1"), there=LAGGING)),
            Wait("the import of 'words-f1' (F1)", "VALIDATING"),
        ),
        (
            situation(
                wish(package(status="COPYING")), wish(package("F2"), association("F2")), domain=domain("Modifying")
            ),
            Wait("the import of 'words-f1' (F1), 'words-f2' (F2)", "COPYING, AVAILABLE"),
        ),
        (
            situation(wish(package(status="COPYING")), wish(package("F2", "COPY_FAILED", ""))),
            Wait("the import of 'words-f1' (F1), 'words-f2' (F2)", "COPYING, COPY_FAILED"),
        ),
    ],
    "a package has failed, and has never had a version": [
        (
            situation(wish(package(status="COPY_FAILED", version=""))),
            Fail("package 'words-f1' (F1) is COPY_FAILED, and has no version: bad words"),
        ),
        (
            situation(wish(package(status="VALIDATION_FAILED", version="")), domain=domain("Modifying")),
            Fail("package 'words-f1' (F1) is VALIDATION_FAILED, and has no version: bad words"),
        ),
        (
            situation(
                wish(package(status="COPY_FAILED", version=""), there=FAILED), wish(package("F2")), **asked("F1")
            ),
            Fail("package 'words-f1' (F1) is COPY_FAILED, and has no version: bad words"),
        ),
    ],
    (
        "an association that this request has asked for is ASSOCIATION_FAILED, and has a version there, or it has "
        "asked more than three minutes ago"
    ): [
        (
            situation(wish(there=FAILED), **asked("F1")),
            Fail(f"package 'words-f1' (F1) could not be associated with domain {DOMAIN!r}: no space"),
        ),
        (
            situation(wish(there=FAILED_IN_USE), **asked(LAGGING, first=YOUNG), domain=domain("Modifying")),
            Fail(f"package 'words-f1' (F1) could not be associated with domain {DOMAIN!r}: no space"),
        ),
        (
            situation(wish(there=FAILED), unwanted=(STUCK,), **asked("F1"), **dissociated(UNWANTED)),
            Fail("could not be associated"),
        ),
    ],
    "a dissociation that this request has asked for is DISSOCIATION_FAILED": [
        (
            situation(unwanted=(STUCK,), **dissociated(UNWANTED)),
            Fail(f"{COULD_NOT_GO}no space. While an index uses a package, it cannot be dissociated: take analyzers/F9"),
        ),
        (
            situation(wish(there=LAGGING), unwanted=(STUCK,), domain=domain("Modifying"), **dissociated(UNWANTED)),
            Fail(COULD_NOT_GO),
        ),
    ],
    "the AssociationConfiguration of a package is as it was, although this request has asked for another one": [
        (
            situation(wish(there=RIGHT, configuration=CONFIGURATION), already=["F1"], refusal="already so"),
            Fail(f"the AssociationConfiguration of 'words-f1' (F1) on domain {DOMAIN!r} did not change: already so"),
        ),
        (
            situation(
                wish(there=association(AssociationConfiguration=KEY_STORE_OF_ANOTHER), configuration=CONFIGURATION),
                **asked(RIGHT, since=NOW - 16),
            ),
            Fail("the AssociationConfiguration of 'words-f1' (F1)"),
        ),
    ],
    "PackageVersion has changed, and for less than 15 s no version has shown that the domain does not have": [
        (
            situation(wish(there=RIGHT, package_version="fingerprint")),
            Wait(f"a new version of 'words-f1' (F1) on domain {DOMAIN!r}", "not shown yet"),
        ),
        (
            situation(
                wish(there=RIGHT, package_version="v3", previous=Entry("F1", package_version="v2")),
                unchanged=met(15, NOW - 15),
            ),
            Wait(f"a new version of 'words-f1' (F1) on domain {DOMAIN!r}", "not shown yet"),
        ),
        (
            situation(
                wish(there=RIGHT, package_version="v3"), wish(package("F2")), domain=domain("Modifying"), waits=False
            ),
            Wait(f"a new version of 'words-f1' (F1), 'words-f2' (F2) on domain {DOMAIN!r}", "not shown yet"),
        ),
    ],
    "every package is ACTIVE with the version that is available, and what was to go is gone": [
        (situation(wish(there=RIGHT), domain=domain("UpgradingEngineVersion")), Done()),
        (situation(wish(there=RIGHT)), Done()),
        (situation(wish(there=RIGHT), domain=domain("Modifying"), others=(FOREIGN_CHANGE,)), Done()),
        (situation(wish(there=RIGHT), **asked(RIGHT)), Done()),
        (situation(wish(there=RIGHT, package_version="v2")), Done()),
        (situation(wish(there=RIGHT, package_version="v9", previous=Entry("F1", package_version="v9"))), Done()),
        (situation(wish(there=RIGHT, package_version="v9"), unchanged=met(15, NOW - 16)), Done()),
        (situation(wish(package(version=""), association(version=""))), Done()),
        (situation(wish(package(version="v3"), RIGHT), **asked(LAGGING, targets={"F1": "v2"})), Done()),
        (situation(wish(there=association("F1", "DISSOCIATION_FAILED")), already=["F1"]), Done()),
        (
            situation(
                wish(there=association(PrerequisitePackageIDList=["F2"]), prerequisites=("F2",)),
            ),
            Done(),
        ),
        (
            situation(
                wish(there=RIGHT, configuration=CONFIGURATION, previous=Entry("F1", configuration=CONFIGURATION))
            ),
            Done(),
        ),
        (situation(wish(there=RIGHT, configuration=CONFIGURATION), **asked(RIGHT, since=NOW - 16)), Done()),
        (situation(others=(FOREIGN,)), Done()),
        (situation(domain=domain("Modifying")), Done()),
    ],
    "Wait is false, and the service has accepted all of it": [
        (situation(wish(there=association("F1", "ASSOCIATING")), waits=False, **asked("F1")), Done()),
        (
            situation(
                wish(there=association("F1", "ASSOCIATING", updated=JUST_NOW)), domain=domain("Modifying"), waits=False
            ),
            Done(),
        ),
        (situation(wish(there=RIGHT), unwanted=(GOING,), waits=False), Done()),
    ],
    "what this request has asked for does not show yet": [
        (situation(wish(), **asked("F1")), NOT_SHOWN),
        (situation(wish(), **asked("F1", since=NOW - 59, accepted=False)), NOT_SHOWN),
        (situation(wish(there=LAGGING), **asked(LAGGING, since=NOW - 14)), NOT_SHOWN),
        (situation(wish(there=LAGGING), domain=domain("Modifying"), waits=False, **asked(LAGGING)), NOT_SHOWN),
        (situation(wish(there=FAILED), **asked(FAILED)), NOT_SHOWN),
        (situation(wish(there=RIGHT, configuration=CONFIGURATION), **asked(RIGHT)), NOT_SHOWN),
        (situation(unwanted=(UNWANTED,), **dissociated(UNWANTED)), NOT_SHOWN),
        (situation(unwanted=(STUCK,), **dissociated(STUCK, since=NOW - 59, accepted=False)), NOT_SHOWN),
        (situation(wish(there=FAILED), **dissociated(FAILED, since=NOW - 14)), NOT_SHOWN),
    ],
    (
        "the domain changes, or one of its packages is ASSOCIATING, DISSOCIATING, or in another status that passes: it "
        "takes one change at a time"
    ): [
        (
            situation(wish(), others=(association("F7", "UPDATING"),)),
            Wait(BUSY.awaited, "'words-f7' (F7) UPDATING"),
        ),
        (situation(wish(), domain=domain("Modifying")), BUSY),
        (situation(wish(), domain=domain("Creating", Created=False, Processing=True)), Wait(BUSY.awaited, "Creating")),
        (situation(wish(), domain=domain("", Processing=True)), Wait(BUSY.awaited, "Processing")),
        (
            situation(unwanted=(UNWANTED,), domain=domain("UpgradingEngineVersion")),
            Wait(BUSY.awaited, "UpgradingEngineVersion"),
        ),
        (
            situation(wish(), others=(FOREIGN_CHANGE,)),
            Wait(BUSY.awaited, "'words-f7' (F7) ASSOCIATING"),
        ),
        (
            situation(wish(there=association("F1", "ASSOCIATING")), domain=domain("Modifying"), **asked("F1")),
            Wait(BUSY.awaited, "Modifying, 'words-f1' (F1) ASSOCIATING"),
        ),
        (situation(unwanted=(GOING,)), Wait(BUSY.awaited, "'words-f9' (F9) DISSOCIATING")),
        (situation(wish(), unwanted=(GOING,), waits=False), Wait(BUSY.awaited, "'words-f9' (F9) DISSOCIATING")),
        (situation(wish(), domain=domain("Modifying"), refused_of=["F1"], **REFUSED), BUSY),
        (situation(unwanted=(UNWANTED,), domain=domain("Modifying"), kept=met(60, NOW - 61)), BUSY),
    ],
    "the service has refused the last write less than 5 s ago": [
        (
            situation(wish(), refused_at=NOW - 4, refusal="no"),
            Wait(f"domain {DOMAIN!r} to take the change", "no"),
        ),
        (
            situation(unwanted=(UNWANTED,), refused_at=JUST_NOW, refusal="no", kept=met(60, NOW - 61)),
            Wait(f"domain {DOMAIN!r} to take the change", "no"),
        ),
        (
            situation(wish(), refused_at=JUST_NOW, refused_of=["F1"], **REFUSED),
            Wait(f"domain {DOMAIN!r} to take the change", "AssociatePackages failed: no"),
        ),
    ],
    "an association is ASSOCIATION_FAILED that this request has asked for less than 30 s ago": [
        (
            situation(wish(there=FAILED), **asked("F1", since=NOW - 29, first=YOUNG)),
            Wait(
                f"domain {DOMAIN!r} to settle",
                f"package 'words-f1' (F1) could not be associated with domain {DOMAIN!r}: no space",
            ),
        ),
    ],
    "DissociatePackages has been refused for a minute, and the domain does not change": [
        (
            situation(unwanted=(UNWANTED,), kept=met(60, NOW - 61), refusal="DissociatePackages failed: no"),
            Fail(f"{COULD_NOT_GO}DissociatePackages failed: no. While an index uses a package"),
        ),
        (
            situation(wish(there=FAILED), kept=met(60, NOW - 61), refusal="DissociatePackages failed: no"),
            Fail(f"(F1) could not be dissociated from domain {DOMAIN!r}: DissociatePackages failed: no"),
        ),
    ],
    (
        "an association is ASSOCIATION_FAILED, from before or in the first three minutes; and it has no version there, "
        "or cannot be associated again"
    ): [
        (situation(wish(there=FAILED)), dissociates("F1")),
        (situation(wish(there=FAILED), wish(package("F2")), unwanted=(UNWANTED,)), dissociates("F1")),
        (situation(wish(there=FAILED), **asked("F1", since=NOW - 30, first=YOUNG)), dissociates("F1")),
        (situation(wish(there=FAILED), kept=met(60, NOW - 60)), dissociates("F1")),
        (situation(wish(there=FAILED_IN_USE), refused_of=["F1"], **REFUSED), dissociates("F1")),
        (situation(wish(there=FAILED_IN_USE), wish(package("F2")), refused_of=["F1"], **REFUSED), dissociates("F1")),
    ],
    "AssociatePackages has been refused, and something is to go that takes the room or the name of what is to come": [
        (situation(wish(), unwanted=(UNWANTED,), needs_room=True), dissociates("F9")),
        (
            situation(wish(), unwanted=(UNWANTED,), needs_room=True, refused_of=["F1"], **REFUSED),
            dissociates("F9"),
        ),
    ],
    "AssociatePackages has been refused for three minutes, and the domain does not change": [
        (
            situation(wish(), refused_of=["F1"], **REFUSED),
            Fail(f"'words-f1' (F1) could not be associated with domain {DOMAIN!r}: AssociatePackages failed: no"),
        ),
        (
            situation(wish(), wish(package("F2")), unwanted=(UNWANTED,), refused_of=["F1", "F2"], **REFUSED),
            Fail("'words-f1' (F1), 'words-f2' (F2) could not be associated with domain"),
        ),
        (
            situation(wish(there=FAILED_IN_USE), wish(package("F2")), refused_of=["F1", "F2"], **REFUSED),
            Fail("'words-f1' (F1), 'words-f2' (F2) could not be associated with domain"),
        ),
    ],
    "packages are missing, or have another version, other prerequisites or another configuration": [
        (situation(wish()), associates("F1")),
        (situation(wish(there=LAGGING)), associates("F1")),
        (situation(wish(there=RIGHT), wish(package("F2")), wish(package("F3"))), associates("F2", "F3")),
        (situation(wish(), wish(previous=Entry("F1")), others=(FOREIGN,)), associates("F1")),
        (situation(wish(), unwanted=(UNWANTED,)), associates("F1")),
        (situation(wish(), **asked("F1", since=NOW - 16)), associates("F1")),
        (situation(wish(), **asked("F1", since=NOW - 61, accepted=False)), associates("F1")),
        (situation(wish(), refused_at=NOW - 6, refusal="no"), associates("F1")),
        (situation(wish(), refused_of=["F1", "F2"], **REFUSED), associates("F1")),
        (situation(wish(there=association("F1", "DISSOCIATION_FAILED"))), associates("F1")),
        (situation(wish(there=FAILED_IN_USE)), associates("F1")),
        (situation(wish(package(status="COPY_FAILED", version="v1"))), associates("F1")),
        (situation(wish(package(status="DELETE_FAILED"))), associates("F1")),
        (situation(wish(there=RIGHT, configuration=CONFIGURATION)), associates("F1")),
        (situation(wish(there=RIGHT, prerequisites=("F2",))), associates("F1")),
        (
            situation(
                wish(there=association(PrerequisitePackageIDList=["F2"]), previous=Entry("F1", prerequisites=("F2",)))
            ),
            associates("F1"),
        ),
        (
            situation(wish(), wish(package("F2"), association("F2", configuration=CONFIGURATION)), one_by_one=True),
            associates("F1"),
        ),
        (
            situation(wish(), wish(package("F2"), association("F2"), configuration=CONFIGURATION), one_by_one=True),
            associates("F2"),
        ),
        (situation(wish(), wish(package("F2")), already=["F1"]), associates("F2")),
        (situation(wish(), already=["F1"]), associates("F1")),
    ],
    "anything else is to go": [
        (
            situation(unwanted=(UNWANTED, association("F8")), dissociates_one_by_one=True, refused_alone=["F9"]),
            dissociates("F8"),
        ),
        (situation(unwanted=(UNWANTED,)), dissociates("F9")),
        (
            situation(wish(there=RIGHT), unwanted=(UNWANTED, association("F8")), waits=False),
            dissociates("F9", "F8"),
        ),
        (situation(unwanted=(UNWANTED,), **dissociated(UNWANTED, since=NOW - 16)), dissociates("F9")),
        (situation(unwanted=(UNWANTED,), **dissociated(UNWANTED, since=NOW - 61, accepted=False)), dissociates("F9")),
        (situation(unwanted=(STUCK,)), dissociates("F9")),
        (situation(unwanted=(association("F9", "ASSOCIATION_FAILED", ""),)), dissociates("F9")),
        (situation(unwanted=(UNWANTED,), refused_of=["F9"], **REFUSED), dissociates("F9")),
    ],
}
CASES = [(text, number, *case) for text, cases in TABLE.items() for number, case in enumerate(cases)]


def agrees(decision: Decision, expected: Expected) -> bool:
    """Whether it is the decision; of a reason, a part is expected."""
    match decision, expected:
        case Fail(reason), Fail(part):
            return part in reason
        case Associate(members), ("AssociatePackages", ids):
            return tuple(member.package.id for member in members) == ids
        case Dissociate(associations), ("DissociatePackages", ids):
            return tuple(one.id for one in associations) == ids
        case _:
            return decision == expected


def test_the_table_has_these_rows_in_this_order() -> None:
    assert [row.situation for row in ROWS] == list(TABLE)


@pytest.mark.parametrize(
    ("text", "given_situation", "expected"),
    [pytest.param(text, one, expected, id=f"{text}-{number}") for text, number, one, expected in CASES],
)
class TestARow:
    def test_is_the_first_that_applies_and_decides(
        self, text: str, given_situation: Situation, expected: Expected
    ) -> None:
        first = next(row for row in ROWS if row.applies(given_situation))
        assert first.situation == text
        assert agrees(decide(given_situation), expected), decide(given_situation)

    def test_is_needed(
        self, text: str, given_situation: Situation, expected: Expected, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(decision_table, "ROWS", tuple(row for row in ROWS if row.situation != text))
        try:
            without = decide(given_situation)
        except (AssertionError, StopIteration):
            return
        assert not agrees(without, expected)


@pytest.mark.parametrize(
    ("one", "stays"),
    [
        (situation(wish(there=FAILED_IN_USE), **asked(LAGGING)), ("F1",)),
        (situation(wish(there=FAILED), **asked("F1", first_asked_at=LONG_AGO)), ()),
        (situation(wish(there=LAGGING), refused_of=["F1"], **REFUSED), ("F1",)),
        (situation(wish(), refused_of=["F1"], **REFUSED), ()),
        (situation(wish(there=LAGGING), wish(package("F2")), refused_of=["F1", "F2"], **REFUSED), ()),
        (situation(unwanted=(STUCK,), **dissociated(UNWANTED)), ("F9",)),
        (situation(unwanted=(UNWANTED,), kept=met(60, NOW - 61)), ("F9",)),
        (situation(wish(there=FAILED), kept=met(60, NOW - 61)), ()),
        (situation(wish(problem=WRONG_ENGINE)), ()),
        (situation(wish(package(status="COPY_FAILED", version=""))), ()),
        (situation(domain=None, wants=("F1",), no_domain=met(15, NOW - 16)), ()),
    ],
)
def test_a_rollback_may_leave_what_the_domain_works_with(one: Situation, stays: tuple[str, ...]) -> None:
    decision = decide(one)
    assert isinstance(decision, Fail)
    assert decision.stays == stays


def test_what_a_row_says_is_what_it_does() -> None:
    """The docs print the words, the function runs the rest."""
    words = {Done: "done", Wait: "wait", Fail: "fail", Associate: "AssociatePackages", Dissociate: "DissociatePackages"}
    for text, _, one, _ in CASES:
        [row] = [row for row in ROWS if row.situation == text]
        assert row.decision.startswith(words[type(row.decide(one))]), row.situation


# -- every other situation ---------------------------------------------------------------------------------------------

IDS = ["F1", "F2", "F3"]
VERSIONS = st.sampled_from(["", "v1", "v2"])
MOMENTS = st.sampled_from([0.0, LONG_AGO, NOW - 61, NOW - 16, NOW - 6, JUST_NOW])
ASSOCIATION_STATUSES = [
    "UPDATING",
    "ACTIVE",
    "ASSOCIATING",
    "ASSOCIATION_FAILED",
    "DISSOCIATING",
    "DISSOCIATION_FAILED",
    "",
]
PACKAGE_STATUSES = [
    "SCANNING",
    "COPYING",
    "VALIDATING",
    "AVAILABLE",
    "COPY_FAILED",
    "VALIDATION_FAILED",
    "DELETE_FAILED",
    "",
]
PACKAGES = {
    one: st.builds(package, st.just(one), st.sampled_from([*PACKAGE_STATUSES, *["AVAILABLE"] * 6]), VERSIONS)
    for one in IDS
}
ASSOCIATIONS = {
    one: st.builds(
        association,
        st.just(one),
        st.sampled_from(ASSOCIATION_STATUSES),
        VERSIONS,
        st.sampled_from([LONG_AGO, JUST_NOW]),
        PrerequisitePackageIDList=st.sampled_from([[], ["F2"]]),
        AssociationConfiguration=st.sampled_from([{}, CONFIGURATION]),
    )
    for one in [*IDS, "F8", "F9"]
}
ENTRIES = st.builds(
    Entry,
    st.just("F1"),
    package_version=st.sampled_from(["", "v2", "fingerprint"]),
    prerequisites=st.sampled_from([(), ("F2",)]),
    configuration=st.sampled_from([{}, CONFIGURATION]),
)
DOMAINS = st.sampled_from(
    [
        *[STAYS] * 6,
        None,
        domain("Modifying"),
        domain("Creating", Created=False),
        domain("UpgradingEngineVersion"),
        domain("Active", Processing=True),
        domain("Active", Deleted=True),
        Domain({}),  # type: ignore[typeddict-item]
    ]
)
SOME = settings(max_examples=40, deadline=None, database=None)


def graces(seconds: float) -> st.SearchStrategy[Grace]:
    return st.sampled_from([Grace(seconds), met(seconds, JUST_NOW), met(seconds, NOW - seconds - 1)])


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    there = {one: draw(found) for one, found in ASSOCIATIONS.items() if draw(st.booleans())}
    revisions = {one: st.sampled_from(["", "0123", found.revision]) for one, found in there.items()}
    known = st.fixed_dictionaries({}, optional={one: revisions.get(one, st.just("")) for one in IDS})
    listed = st.lists(st.sampled_from(IDS), unique=True)
    memory = ChangeProgress(
        asked=draw(known),
        targets=draw(st.fixed_dictionaries({}, optional=dict.fromkeys(IDS, VERSIONS))),
        asked_at=draw(MOMENTS),
        accepted=draw(st.booleans()),
        had=draw(listed),
        made=draw(listed),
        already=draw(listed),
        one_by_one=draw(st.booleans()),
        first_asked_at=NOW - draw(st.sampled_from([YOUNG, OLD])),
        dissociated=draw(st.fixed_dictionaries({}, optional=dict(revisions))),
        dissociated_at=draw(MOMENTS),
        dissociation_accepted=draw(st.booleans()),
        dissociates_one_by_one=draw(st.booleans()),
        refused_alone=draw(listed),
        needs_room=draw(st.booleans()),
        refused=draw(graces(180)),
        refused_of=draw(listed),
        kept=draw(graces(60)),
        refused_at=draw(MOMENTS),
        missing=draw(graces(15)),
        no_domain=draw(graces(15)),
        unchanged=draw(graces(15)),
    )
    members = []
    for one in draw(st.lists(st.sampled_from(IDS), max_size=4)):
        problem = draw(st.sampled_from([None] * 8 + [NO_PACKAGE, WRONG_ENGINE]))
        entry = draw(ENTRIES)
        members.append(
            Member(
                entry=entry,
                previous=draw(st.sampled_from([None, entry, Entry("F1")])),
                problem=problem,
                found=None if problem else draw(PACKAGES[one]),
                association=None if problem else there.get(one),
                prerequisites=entry.prerequisites,
                progress=memory,
                now=NOW,
            )
        )
    staying = {member.found.id for member in members if member.found}
    gone = draw(DOMAINS)
    return Situation(
        name=DOMAIN,
        domain=gone,
        associations=tuple(there.values()),
        told="" if gone else NO_DOMAIN,
        wants=tuple(one.entry.key for one in members) or draw(st.sampled_from([(), ("F1",)])),
        members=tuple(members),
        everyone=tuple(members),
        unwanted=tuple(one for one in there.values() if one.id not in staying and draw(st.booleans())),
        waits=draw(st.booleans()),
        progress=memory,
        now=NOW,
    )


@SOME
@given(situations())
def test_every_situation_ends_in_a_decision_that_fits(one: Situation) -> None:
    decision = decide(one)
    match decision:
        case Wait(awaited, seen):
            assert awaited
            assert seen is not None
        case Fail(reason):
            assert reason
        case Associate(members):
            ids = [member.package.id for member in members]
            assert ids
            assert len(ids) == len(set(ids))
            assert not any(member.is_reached for member in members)
        case Dissociate(associations):
            assert associations
    if isinstance(decision, Associate | Dissociate):
        assert one.has_domain
        assert not one.is_busy
        assert not one.was_refused_just_now


@SOME
@given(situations())
def test_nothing_is_done_before_all_packages_are_on_the_domain_or_accepted(one: Situation) -> None:
    if not isinstance(decide(one), Done) or not one.has_domain:
        return
    accepted = set() if one.waits else {"ASSOCIATING", "UPDATING"}
    for member in one.members:
        assert member.status in {"ACTIVE", "DISSOCIATION_FAILED"} | accepted
        assert not member.is_being_imported
        if member.status == "DISSOCIATION_FAILED":
            assert member.package.id in one.progress.already
    assert {association.status for association in one.unwanted} <= (set() if one.waits else {"DISSOCIATING"})


@SOME
@given(situations())
def test_nothing_is_ever_taken_off_that_is_to_stay_and_may_be_in_use(one: Situation) -> None:
    decision = decide(one)
    if not isinstance(decision, Dissociate):
        return
    staying = {member.package.id for member in one.members}
    for association_ in decision.associations:
        if association_.id not in staying:
            assert association_ in one.unwanted
            continue
        assert association_.status == "ASSOCIATION_FAILED"
        if association_.version:
            assert one.progress.refused.is_over
            assert one.progress.refused_of == [association_.id]


@SOME
@given(situations())
def test_what_is_to_be_on_the_domain_comes_before_anything_goes(one: Situation) -> None:
    decision = decide(one)
    goes = isinstance(decision, Dissociate) and decision.associations[0] in one.unwanted
    if goes and not one.progress.needs_room:
        assert all(member.is_reached for member in one.members)

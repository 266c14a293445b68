"""What the work on a request remembers, from one step to the next and from one invocation to the next.

A continuation carries it: this is a wire format, and a newer release reads what an older one wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_handler.continuation import moment, restored, saved
from lambda_handler.opensearch import VISIBLE_WITHIN
from lambda_handler.reconcile import Grace

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request

# How long a Delete looks for a package that does not show, in seconds: a Create may have made it a moment ago.
YOUNG_SHOWS_WITHIN = 8.0


def _until_it_shows() -> Grace:
    return Grace(VISIBLE_WITHIN)


@dataclass
class ImportProgress:
    """What an import remembers.

    Attributes:
        made: the id of the package that this request has made; empty where it has not, or does not know.
        made_was_seen: whether that package has been seen.
        created_at: when CreatePackage made it, in seconds since the epoch; zero where an earlier delivery has.
        discarded: the id of a package that this request deletes in order to make it anew.
        create_unanswered: whether a CreatePackage was sent whose response has not come.
        updated_from: what the package was like when UpdatePackage was sent (`Package.revision`); empty where it was
            not, or has come to nothing.
        updated_after: LastUpdatedAt of the package then, in seconds since the epoch; zero where it had none.
        updated_at: when UpdatePackage was sent, in seconds since the epoch.
        update_accepted: whether the service has accepted it.
        update_answered: whether the service has ended it with a fault of its own, so that nothing is under way.
        copy_failure: why the copy failed that is tried once more; empty where none has.
        had_version: whether the package had content before.
        wrote_at: when this request wrote last, in seconds since the epoch.
        refused: puts up with an UpdatePackage that is refused.
        refusal: what the service said then.
        name_taken: puts up with a name that is taken, although no package shows that has it.
        failure: why the import has failed for good; empty where it has not.
        in_vain: the id of the package that this request has made in vain, and that has to go before it responds.
    """

    made: str = ""
    made_was_seen: bool = False
    created_at: float = 0.0
    discarded: str = ""
    create_unanswered: bool = False
    updated_from: str = ""
    updated_after: float = 0.0
    updated_at: float = 0.0
    update_accepted: bool = False
    update_answered: bool = False
    copy_failure: str = ""
    had_version: bool = False
    wrote_at: float = 0.0
    refused: Grace = field(default_factory=_until_it_shows)
    refusal: str = ""
    name_taken: Grace = field(default_factory=_until_it_shows)
    failure: str = ""
    in_vain: str = ""


@dataclass
class RemovalProgress:
    """What the removal of one package remembers.

    Attributes:
        asked_at: when DeletePackage was sent, in seconds since the epoch; zero where it was not.
        asked_from: what the package was like then (`Package.revision`).
        began: whether the deletion has been seen to begin.
        refused: puts up with a DeletePackage that is refused.
        missing: puts up with a package that does not show: it may be too young.
    """

    asked_at: float = 0.0
    asked_from: str = ""
    began: bool = False
    refused: Grace = field(default_factory=_until_it_shows)
    missing: Grace = field(default_factory=lambda: Grace(YOUNG_SHOWS_WITHIN))


class Progress:
    """What a request's work remembers.

    Attributes:
        importing: the import.
        search_until: until when a cancelled Create's package is looked for, in seconds since the epoch; zero where
            the search has not begun.
    """

    def __init__(self, request: Request) -> None:
        carried = request.continuation
        self._request = request
        self.importing = restored(ImportProgress, carried.get("Import"))
        self.search_until = moment(carried.get("SearchUntil"))
        removals = carried.get("Removals")
        self._removals = {
            package_id: restored(RemovalProgress, removal)
            for package_id, removal in (removals.items() if isinstance(removals, dict) else ())
        }

    def removal(self, package_id: str) -> RemovalProgress:
        """What the removal of that package remembers."""
        return self._removals.setdefault(package_id, RemovalProgress())

    def save(self) -> None:
        """Have a further invocation know it. The watchdog may continue the request at any moment: save in time."""
        self._request.continuation = {
            "Import": saved(self.importing),
            "Removals": {package_id: saved(removal) for package_id, removal in self._removals.items()},
            "SearchUntil": self.search_until,
        }

"""What the work on a request remembers, from one step to the next and from one invocation to the next.

A continuation carries it: this is a wire format, and a newer release reads what an older one wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_handler.continuation import moment, restored, saved
from lambda_handler.opensearch import READING_LAGS_AT_MOST, VISIBLE_WITHIN
from lambda_handler.reconcile import Grace

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request

# How long a domain that was just made may refuse packages, or fail to take them, although nothing shows why: seconds.
# Source: aws-samples/opensearch-intelligent-search-jp, which sleeps for two minutes.
YOUNG_DOMAIN_SETTLES_WITHIN = 180.0


def associating_refused() -> Grace:
    """Puts up with an AssociatePackages that is refused."""
    return Grace(YOUNG_DOMAIN_SETTLES_WITHIN)


@dataclass
class ChangeProgress:
    """What the change of one domain's packages remembers.

    Attributes:
        asked: the packages that this request has asked to associate, by PackageID: what the association was like before
            (`Association.revision`), empty where there was none.
        targets: the version that was available then, by PackageID.
        first_asked_at: when it asked first, in seconds since the epoch; zero where it has not.
        asked_at: when it asked last.
        accepted: whether the service has accepted that.
        looked: whether the domain has been looked at.
        had: the packages that had a version on the domain then.
        made: the packages that this request has put onto the domain, or may have: they were not there before it, or had
            failed there and had no version.
        already: the packages of which the service says that nothing has to be done.
        one_by_one: whether the service has said so of one of several, and not of which.
        dissociated: the packages that it has asked to dissociate, by PackageID: what the association was like before.
        dissociated_at: when it asked last, in seconds since the epoch.
        dissociation_accepted: whether the service has accepted that.
        dissociates_one_by_one: whether the service has refused to dissociate several at once, and not said which.
        refused_alone: the packages that it has refused to dissociate alone.
        needs_room: whether the service has refused to associate packages because of some that are to go.
        meant: the packages on the domain that names in the template meant when they were first looked at, by name.
        refused: puts up with an AssociatePackages that is refused.
        refused_of: the packages that it was about.
        kept: puts up with a DissociatePackages that is refused.
        refusal: what the service said then.
        refused_at: when it said so last.
        left: the packages that a rollback leaves as they are.
        missing: puts up with a package that does not show.
        no_domain: puts up with a domain that does not show.
        unchanged: puts up with a new version that does not show.
    """

    asked: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    first_asked_at: float = 0.0
    asked_at: float = 0.0
    accepted: bool = False
    looked: bool = False
    had: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    one_by_one: bool = False
    dissociated: dict[str, str] = field(default_factory=dict)
    dissociated_at: float = 0.0
    dissociation_accepted: bool = False
    dissociates_one_by_one: bool = False
    refused_alone: list[str] = field(default_factory=list)
    needs_room: bool = False
    meant: dict[str, str] = field(default_factory=dict)
    refused: Grace = field(default_factory=associating_refused)
    refused_of: list[str] = field(default_factory=list)
    kept: Grace = field(default_factory=lambda: Grace(VISIBLE_WITHIN))
    refusal: str = ""
    refused_at: float = 0.0
    left: list[str] = field(default_factory=list)
    missing: Grace = field(default_factory=lambda: Grace(READING_LAGS_AT_MOST))
    no_domain: Grace = field(default_factory=lambda: Grace(READING_LAGS_AT_MOST))
    unchanged: Grace = field(default_factory=lambda: Grace(READING_LAGS_AT_MOST))


class Progress:
    """What a request's work remembers.

    Attributes:
        change: the change that the request is for.
        clean_up: the change that takes back what the request, or the one that it rolls back, has made in vain.
        failure: why the request has failed; empty where it has not.
        search_until: until when the associations of a cancelled Create are looked for, in seconds since the epoch; zero
            where the search has not begun.
    """

    def __init__(self, request: Request) -> None:
        carried = request.continuation
        self._request = request
        self.change = restored(ChangeProgress, carried.get("Change"))
        self.clean_up = restored(ChangeProgress, carried.get("CleanUp"))
        failure = carried.get("Failure")
        self.failure = failure if isinstance(failure, str) else ""
        self.search_until = moment(carried.get("SearchUntil"))

    def save(self) -> None:
        """Have a further invocation know it. The watchdog may continue the request at any moment: save in time."""
        self._request.continuation = {
            "Change": saved(self.change),
            "CleanUp": saved(self.clean_up),
            "Failure": self.failure,
            "SearchUntil": self.search_until,
        }

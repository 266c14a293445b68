"""The operations on packages that there may be, and what else may happen meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.simulation.boundaries import FAULTS, Fault
from tests.simulation.cloudformation import Properties
from tests.simulation.names import ENGINES, RECIPE
from tests.simulation.package.templates import dictionary, source, unnamed
from tests.simulation.sequences.unknowns import PACKAGES, either
from tests.simulation.world import RETRIED_AFTER

# A deployment with rollback disabled.
NO_ROLLBACK = "apply, no rollback"


@dataclass(frozen=True)
class Disturbance:
    """What else happens while a request is served.

    Attributes:
        faults: which of the calls go wrong, and how.
        again_after: when the same request is delivered once more, its response may have come long before; None for
            never.
        by_hand: what somebody does to the package; None for nothing.
        by_hand_after: when.
    """

    faults: dict[int, Fault]
    again_after: float | None
    by_hand: str | None
    by_hand_after: float


@dataclass(frozen=True)
class Step:
    """An operation on one of the resources.

    Attributes:
        resource: which.
        kind: `apply` creates or updates, `apply, no rollback` leaves a Create that fails as it is, `undo` updates and
            rolls back though it went well, `undo, old id` the same with the id from before the update, `cancel` deletes
            while the Create is on its way, `delete` deletes, `take name` has somebody else make a package of that name,
            `adopt` creates it from a package that somebody else has made, `wait` lets a day go by.
        wanted: the properties.
        disturbance: what else happens.
    """

    resource: int
    kind: str
    wanted: Properties
    disturbance: Disturbance


@st.composite
def properties(draw: st.DrawFn) -> Properties:
    """What a template may say."""
    content: Properties = draw(
        st.one_of(
            st.sampled_from(["old", "new", "old-kms", "new-kms", "bad", "bad-kms"]).map(_dictionary),
            st.just(_dictionary("", PackageContent=f"{RECIPE}, recipe\n")),
            st.sampled_from(ENGINES).map(_plugin),
        )
    )
    more = (
        either("PackageName", "synonyms", "thesaurus", "made-by-hand"),
        either("PackageDescription", "Shop synonyms"),
        either("PackageVendingOptions", {"VendingEnabled": "true"}),
        either("ServiceTimeout", "300"),
    )
    return {**content, **{name: value for part in more for name, value in draw(part).items()}}


def _dictionary(key: str, **more: Any) -> Properties:
    return unnamed(dictionary(key, **more))


def _plugin(engine: str) -> Properties:
    return {
        "PackageType": "ZIP-PLUGIN",
        "EngineVersion": f"OpenSearch_{engine}",
        "PackageSource": source("old") | {"S3Key": f"{engine}.zip"},
    }


def _leave_lambda_a_try(faults: dict[int, Fault]) -> bool:
    """Lambda tries three times. What died each time is responded by nobody, and CloudFormation cannot know its id."""
    return sum(fault.how == "killed" for fault in faults.values()) <= len(RETRIED_AFTER)


def disturbances(*by_hand: str) -> st.SearchStrategy[Disturbance]:
    """What else may happen, with what people may do."""
    return st.builds(
        Disturbance,
        faults=st.dictionaries(st.integers(0, 40), st.sampled_from(FAULTS), max_size=3).filter(_leave_lambda_a_try),
        again_after=st.one_of(st.none(), st.floats(0, 30), st.floats(30, 600)),
        by_hand=st.one_of(st.none(), st.none(), st.sampled_from(by_hand)),
        by_hand_after=st.floats(0, 30),
    )


STEPS = st.builds(
    Step,
    resource=st.integers(0, len(PACKAGES) - 1),
    kind=st.sampled_from(
        [*["apply"] * 4, NO_ROLLBACK, "undo", "undo, old id", "cancel", "delete", "adopt", "take name", "wait"]
    ),
    wanted=properties(),
    disturbance=disturbances("delete", "edit", "unmark"),
)

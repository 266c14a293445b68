"""The operations on associations and domains that there may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.simulation.names import DOMAINS
from tests.simulation.sequences.listings import AWS_PLUGIN, Listing
from tests.simulation.sequences.steps import NO_ROLLBACK, STEPS, Disturbance, Step, disturbances
from tests.simulation.sequences.unknowns import ASSOCIATIONS, PACKAGES, either

FOREIGN = ("of-another-stack", "of-a-sibling", "made-by-hand")


@dataclass(frozen=True)
class AssociationStep:
    """An operation on one of the associations.

    Attributes:
        resource: which.
        kind: `apply` creates or updates, `apply, no rollback` leaves a Create that fails as it is, `undo` rolls back
            though it went well, `undo, old id` the same with the id from before a replacement, `cancel` deletes while
            the Create is on its way, `delete` deletes.
        wanted: what the template lists.
        disturbance: what else happens.
        package: what the same deployment does to a package of the same stack before; None for nothing.
        beside: another association that is applied at the same time; None for none.
    """

    resource: int
    kind: str
    wanted: Listing
    disturbance: Disturbance
    package: Step | None = None
    beside: AssociationStep | None = None


@dataclass(frozen=True)
class DomainStep:
    """What somebody does to a domain between two operations of stacks.

    Attributes:
        kind: what, as `People.to_domain` takes it.
        domain: the name of the domain.
        package: the package that it is about: the place of a resource, or a name as in a listing.
    """

    kind: str
    domain: str
    package: int | str
    disturbance: Disturbance = field(default=Disturbance({}, None, None, 0.0))


_PACKAGES = st.one_of(st.integers(0, len(PACKAGES) - 1), st.sampled_from([AWS_PLUGIN, *FOREIGN]))
LISTINGS = st.builds(
    lambda domain, packages, text, more: Listing(
        domain, tuple(packages), text, {name: value for part in more for name, value in part.items()}
    ),
    st.sampled_from([DOMAINS[0], *DOMAINS]),
    st.lists(_PACKAGES, min_size=1, max_size=4, unique=True),
    st.sampled_from(["", "", "", "again"]),
    st.tuples(either("Wait", "false"), either("ServiceTimeout", "300")),
)
BY_HAND = ("put on", "take off", "change", "change", "upgrade", "remove", "use")
_APPLIED = st.builds(
    AssociationStep,
    resource=st.integers(0, len(ASSOCIATIONS) - 1),
    kind=st.just("apply"),
    wanted=LISTINGS,
    disturbance=st.just(Disturbance({}, None, None, 0.0)),
)
ASSOCIATION_STEPS = st.builds(
    AssociationStep,
    resource=st.integers(0, len(ASSOCIATIONS) - 1),
    kind=st.sampled_from([*["apply"] * 4, NO_ROLLBACK, "undo", "undo, old id", "cancel", "delete"]),
    wanted=LISTINGS,
    disturbance=disturbances(*BY_HAND),
    package=st.one_of(st.none(), STEPS),
    beside=st.one_of(st.none(), st.none(), _APPLIED),
)
BETWEEN = (*BY_HAND, "make again", "spoil", "spoil", "mend")
DOMAIN_STEPS = st.builds(DomainStep, kind=st.sampled_from(BETWEEN), domain=st.sampled_from(DOMAINS), package=_PACKAGES)
# Packages alone would be most of what there is to play.
MIXED_STEPS = st.one_of(STEPS, ASSOCIATION_STEPS, ASSOCIATION_STEPS, DOMAIN_STEPS)

"""How the service and CloudFormation may behave, and how long things may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from local_aws.packages.seen import as_seen
from tests.simulation.names import LOGICAL_ID, OTHER, SHOP
from tests.simulation.world import World

# The resources of a sequence: those of packages, and those of associations.
PACKAGES = ((SHOP, LOGICAL_ID), (SHOP, "Second"), (OTHER, "Second"))
ASSOCIATIONS = ((SHOP, "ShopPackages"), (SHOP, "MorePackages"), (OTHER, "OtherPackages"))


@dataclass(frozen=True)
class Unknowns:
    """How the service and CloudFormation behave, and how long things take.

    Attributes:
        behaviour: of the service.
        copying: how long an import takes, in seconds.
        function_timeout: how long an invocation may run, in seconds.
        stacks: what CloudFormation tells of its stacks: fields of `StackBook`.
        retains: which of the packages have Retain policies.
        keeps: which of the associations have.
    """

    behaviour: dict[str, Any]
    copying: float
    function_timeout: float
    stacks: dict[str, Any]
    retains: tuple[bool, ...]
    keeps: tuple[bool, ...] = (False, False, False)

    def world(self) -> World:
        """A world like that."""
        times = {"copying": self.copying, "validating": 1, "deleting": 2, "utf8_checked": True}
        world = World(as_seen(**{**times, **self.behaviour}), self.function_timeout)
        for name, value in self.stacks.items():
            setattr(world.stacks, name, value)
        world.packages.not_ours = world.packages.all_not_ours()  # as this service shows it
        return world


def either(name: str, *values: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly the default, which is what is likeliest."""
    return st.one_of(st.just({}), st.sampled_from(values).map(lambda value: {name: value}))


OF_PACKAGES = (
    either("stale_reads", 2.0),
    either("description_shows", "on-success", "at-once-and-reverts"),
    either("missing_described", "validation", "not-found"),
    either("missing_named", "not-found"),
    either("deleted_record", 3600.0),
    either("name_taken_after_delete", 15.0),
    either("name_taken_while_deleting", False),
    either("update_while_importing", "accept", "conflict"),
    either("delete_while_importing", "conflict", "validation"),
    either("delete_while_deleting", "accept", "validation"),
    either("description_update_makes_version", False),
    either("failed_update_keeps_version", False),
    either("update_never_available", "validation", "conflict"),
    either("history_order", "oldest-first"),
    either("page_size", 1),
    either("quota", 4),
)
# The domains of a sequence are there from the start, or are made anew by somebody.
OF_DOMAINS = (
    either("domain_settles", 30.0),
    either("busy_domain", "validation"),  # never "accept": an upgrade does not know what comes meanwhile
    either("unsettled_domain", "association-failed"),
    either("dictionary_shows_processing", True),
    either("stale_associations", 2.0),
    either("refused_in_a_list", "the-others-go-on"),
    either("associate_importing", "version-at-the-call", "conflict", "validation"),
    either("associate_after_failure", "conflict", "validation"),
    either("delete_associated", "validation"),
    either("failed_dissociation_is_active", True),
    either("in_use", "conflict", "validation"),
    either("same_name_installed", "validation"),
    either("aws_package_version", None),
)


# How long an import takes, and how long an invocation may run, in seconds. A chain of invocations is not endless.
PACES_OF_PACKAGES = ((1.0, 900.0), (15.0, 10.0), (15.0, 8.0), (45.0, 15.0), (130.0, 60.0))
# The same, and how long a dictionary and a plugin take to get onto a domain or off it.
PACES_OF_DOMAINS = (
    (1.0, 900.0, 1.0, 3.0),
    (1.0, 900.0, 100.0, 300.0),
    (15.0, 20.0, 8.0, 20.0),
    (45.0, 30.0, 20.0, 40.0),
    (130.0, 60.0, 100.0, 250.0),
)


def _made(
    parts: tuple[dict[str, Any], ...],
    pace: tuple[float, ...],
    stacks: dict[str, Any],
    retains: tuple[bool, ...],
    keeps: tuple[bool, ...],
) -> Unknowns:
    behaviour = {name: value for part in parts for name, value in part.items()}
    copying, function_timeout, *of_domains = pace
    if of_domains:
        dictionary, plugin = of_domains
        behaviour |= {"associating": dictionary, "dissociating": dictionary, "blue_green": plugin}
    return Unknowns(behaviour, copying, function_timeout, stacks, retains, keeps)


def _unknowns(
    parts: tuple[st.SearchStrategy[dict[str, Any]], ...], paces: tuple[tuple[float, ...], ...]
) -> st.SearchStrategy[Unknowns]:
    return st.builds(
        _made,
        st.tuples(*parts),
        st.sampled_from(paces),
        st.sampled_from([{}, {}, {"lag": 2.0}, {"forgets_deleted": True}, {"error": "AccessDenied"}]),
        st.tuples(*[st.sampled_from([False, False, True]) for _ in PACKAGES]),
        st.tuples(*[st.sampled_from([False, False, True]) for _ in ASSOCIATIONS]),
    )


UNKNOWNS = _unknowns(OF_PACKAGES, PACES_OF_PACKAGES)
UNKNOWNS_OF_DOMAINS = _unknowns(OF_PACKAGES + OF_DOMAINS, PACES_OF_DOMAINS)

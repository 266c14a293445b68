"""Guards of what is done for packages, and of what is done for resources of every type."""

from __future__ import annotations

from crhelper import log_helper

from lambda_handler import reconcile
from lambda_handler.cloudformation import deadline, request, response
from lambda_handler.cloudformation.fence import Fence
from lambda_handler.cloudformation.once import Once
from lambda_handler.cloudformation.request import Request
from lambda_handler.opensearch import Package
from lambda_handler.ownership import Owner
from lambda_handler.package import decision_table, handler
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.observing import Observer
from lambda_handler.package.situation import Found, Situation
from lambda_handler.package.sources import Sources
from tests.simulation.boundaries import RESPONSE
from tests.simulation.guarantees import Guarantee
from tests.simulation.mutation import Mutation, Patch, put, returning, without_rows


def _no_look_before_the_update(patch: Patch) -> None:
    """What the process itself did it still knows; what an earlier delivery did it does not look for."""
    patch.setattr(Situation, "bears_this_import", False)
    without_rows(
        decision_table,
        "it is AVAILABLE with the desired content, description and options",
        "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since",
    )(patch)


def _log_everything(patch: Patch) -> None:
    setup = log_helper.setup
    patch.setattr(log_helper, "setup", lambda _level, **others: setup("DEBUG", **others))


def _every_end_is_the_first(patch: Patch) -> None:
    patch.setattr(Once, "__enter__", returning(True))
    patch.setattr(Once, "__exit__", returning(None))


def _no_limits(patch: Patch) -> None:
    patch.setattr(response, "LONGEST_BODY", 1_000_000)


def _nothing_passes(patch: Patch) -> None:
    patch.setattr(reconcile, "is_transient", returning(False))


MUTATIONS = (
    Mutation(
        "the mark is compared: only this resource's packages are taken up",
        put(Owner, "owns", returning(True)),
        "Create, of a name that a sibling has",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "the mark is read before a package is deleted",
        put(Package, "mark", None),
        "Delete of another stack's package",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "another resource's package is adopted only where the template agrees",
        put(Situation, "may_be_taken_over", property(returning(True))),
        "Create, adopting what a sibling has",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "what is to be adopted is never deleted, though nobody could ever use it",
        put(Situation, "is_adoption", property(returning(False))),
        "Create, adopting what nobody can use",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "the mark is written, so that a cancelled Create is found",
        put(Owner, "sign", lambda self, text, source: text),
        "Delete of a cancelled Create",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "the mark names the request: an earlier one's failure is not taken for its own",
        put(Owner, "request", "0" * 12),
        "Rollback, once more",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "the commit message names the request: an earlier one's version is not taken for its own",
        put(Owner, "signature", "[request]"),
        "Update, the third",
        None,
        Guarantee.AS_WANTED,
    ),
    Mutation(
        "the history is looked at before UpdatePackage",
        without_rows(
            decision_table,
            "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since",
        ),
        "Update, delivered again after somebody's edit, where CloudFormation cannot be asked",
        None,
        Guarantee.ONE_VERSION,
    ),
    Mutation(
        "a look comes before CreatePackage",
        put(Observer, "_look_by_name", returning(Found())),
        "Create",
        "CreatePackage",
        Guarantee.PASSES,
    ),
    Mutation(
        "a look comes before UpdatePackage",
        _no_look_before_the_update,
        "Update of the content",
        "DescribePackages",
        Guarantee.ONE_VERSION,
    ),
    Mutation(
        "the status of the response PUT is checked",
        put(response, "HTTP_OK", range(1000)),
        "Create",
        RESPONSE,
        Guarantee.IN_TIME,
    ),
    Mutation(
        "the deadline: the response is due before ServiceTimeout",
        put(deadline, "_margin", returning(-3600.0)),
        "Create, longer than its time",
        None,
        Guarantee.IN_TIME,
    ),
    Mutation(
        "the deadline: a request's age is read from its URL",
        put(request, "_signed_at", returning(None)),
        "Create, delivered too late",
        None,
        Guarantee.NOTHING_LATE,
    ),
    Mutation(
        "a Create that fails responds with the id of its package",
        put(Request, "claim", returning(None)),
        "Create, longer than its time",
        None,
        Guarantee.REAL_ID,
    ),
    Mutation(
        "CloudFormation is asked whether it still waits",
        put(Fence, "check", returning(None)),
        "Create, delivered again after the Delete",
        None,
        Guarantee.NOTHING_UNAWAITED,
    ),
    Mutation(
        "a rollback removes the package that its replacement left",
        put(PackageHandler, "_remove_leftover", returning(None)),
        "Rollback of a late replacement",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "errors that pass are waited for",
        _nothing_passes,
        "Create",
        "DescribePackages",
        Guarantee.PASSES,
    ),
    Mutation(
        "what the next Create has taken up is left to it",
        put(handler, "is_taken_over", returning(False)),
        "Delete of a Create whose response was lost, after the next",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "an invocation ends once",
        _every_end_is_the_first,
        "Create, over several invocations",
        None,
        Guarantee.ONE_RESPONSE,
    ),
    Mutation(
        "staged copies are removed",
        put(Sources, "_clear", returning(None)),
        "Create, staged",
        None,
        Guarantee.NO_COPY,
    ),
    Mutation(
        "responses are cut to CloudFormation's limit",
        _no_limits,
        "Create, described at length",
        None,
        Guarantee.LIMITS,
    ),
    Mutation(
        "the event is not logged",
        _log_everything,
        "Create",
        None,
        Guarantee.SECRETS,
    ),
)

"""A package that was adopted, and not made: what becomes of it when something fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.fence import PATIENCE
from lambda_handler.errors import CALL_ERRORS, describe, is_transient
from lambda_handler.opensearch import IMPORTING, OpenSearch
from lambda_handler.reconcile import reconcile
from lambda_handler.schema import given

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.cloudformation.stacks import Stacks

logger = logging.getLogger(__name__)


def is_adopted_and_stays(request: Request, stacks: Stacks) -> bool:
    """Whether the package of a Delete was adopted, and it is not sure that its deletion is meant.

    CloudFormation also deletes what an operation has made that it rolls back. This one was there before.
    """
    package_id = request.physical_id
    if given(request.properties).get("AdoptPackageID") != package_id or _is_deletion_meant(request, stacks):
        return False
    logger.warning("%s was adopted, not made, and stays. Its description bears this resource's mark", package_id)
    return True


def what_stays(request: Request, service: OpenSearch, package_id: str) -> str:
    """What has become of a package that was to be adopted, for the end of a reason."""
    try:
        package = service.package(package_id)
    except CALL_ERRORS as error:
        return f"Package {package_id} stays, and cannot be looked at: {describe(error)}"
    if package is None:
        return f"Package {package_id} is gone"
    told = f"Package {package} stays: its available version is {package.version or 'none'}"
    if package.status in IMPORTING:
        told += ", and its import goes on"
    if package.mark is not None and request.owner.owns(package.mark):
        told += f", and its description names {package.mark.names} by now, so that no other resource can manage it"
    return told


def _is_deletion_meant(request: Request, stacks: Stacks) -> bool:
    """Whether CloudFormation says so. In doubt it is not, and not being able to ask must fail no deletion."""
    clock, begun = request.deadline.clock, request.deadline.clock.now()

    def ask() -> bool:
        try:
            return stacks.deletes_on_purpose(request.owner.stack_id)
        except CALL_ERRORS as error:
            if is_transient(error) and clock.now() - begun < PATIENCE:
                raise
            logger.warning("CloudFormation cannot be asked whether the stack is rolled back: %s", describe(error))
            return False

    return request.is_of_this_account_and_region and reconcile(ask, request.deadline)

"""What CloudFormation tells of stacks and their resources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_handler.cloudformation.stacks import ResourceState, Stacks
from tests.support.clients import failed

CREATED, UPDATED = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
STACK, ROOT = "arn:aws:cloudformation:us-east-1:1:stack/nested/1", "arn:aws:cloudformation:us-east-1:1:stack/root/1"


class Told:
    """boto3's client, as far as it is used."""

    def __init__(self, error: Exception | None = None, **stacks: dict[str, Any]) -> None:
        self._error = error
        self._stacks = {STACK: stacks.get("stack", {}), ROOT: stacks.get("root", {})}
        self.detail: dict[str, Any] = {}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        self._fail()
        return {"Stacks": [{"CreationTime": CREATED} | self._stacks[StackName]]}

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> dict[str, Any]:  # noqa: N803
        assert (StackName, LogicalResourceId) == (STACK, "Synonyms")
        self._fail()
        return {"StackResourceDetail": self.detail}

    def _fail(self) -> None:
        if self._error:
            raise self._error


def stacks(status: str, root: str = "", **more: Any) -> Stacks:
    """A stack of that status, nested in one of the other status where that is given."""
    stack = {"StackStatus": status} | more
    if root:
        stack["RootId"] = ROOT
    return Stacks(lambda: Told(stack=stack, root={"StackStatus": root, "LastUpdatedTime": UPDATED}))


class TestAStack:
    def test_was_updated_when_its_last_update_began(self) -> None:
        assert stacks("UPDATE_IN_PROGRESS", LastUpdatedTime=UPDATED).updated_at(STACK) == UPDATED
        assert stacks("CREATE_COMPLETE").updated_at(STACK) is None

    @pytest.mark.parametrize(
        "status",
        ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"],
    )
    def test_rolls_back_since_its_operation_began(self, status: str) -> None:
        assert stacks(status, LastUpdatedTime=UPDATED).rolls_back_since(STACK) == UPDATED
        assert stacks(status).rolls_back_since(STACK) == CREATED

    @pytest.mark.parametrize(
        "status",
        [
            "CREATE_IN_PROGRESS",
            "CREATE_FAILED",
            "UPDATE_IN_PROGRESS",
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE",
            "DELETE_IN_PROGRESS",
            "SOMETHING_NEW",
        ],
    )
    def test_rolls_nothing_back_in_any_other_status(self, status: str) -> None:
        assert stacks(status, LastUpdatedTime=UPDATED).rolls_back_since(STACK) is None

    @pytest.mark.parametrize(
        ("root", "since"),
        [
            ("ROLLBACK_IN_PROGRESS", CREATED),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", CREATED),
            ("DELETE_IN_PROGRESS", None),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ],
    )
    def test_that_is_nested_and_deleted_is_part_of_what_its_parent_does(
        self, root: str, since: datetime | None
    ) -> None:
        assert stacks("DELETE_IN_PROGRESS", root).rolls_back_since(STACK) == since
        assert stacks("UPDATE_COMPLETE", root).rolls_back_since(STACK) is None

    def test_that_is_its_own_root_is_not_nested(self) -> None:
        assert stacks("DELETE_IN_PROGRESS", RootId=STACK).rolls_back_since(STACK) is None
        assert stacks("DELETE_IN_PROGRESS", RootId=STACK).deletes_on_purpose(STACK)

    @pytest.mark.parametrize(
        ("status", "root", "on_purpose"),
        [
            ("DELETE_IN_PROGRESS", "", True),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "", True),
            ("ROLLBACK_IN_PROGRESS", "", False),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "", False),
            ("DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS", True),
            ("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", False),
        ],
    )
    def test_deletes_on_purpose_unless_it_rolls_back(self, status: str, root: str, on_purpose: bool) -> None:
        assert stacks(status, root).deletes_on_purpose(STACK) is on_purpose


class TestAResource:
    def test_has_a_status_since_when_and_an_id(self) -> None:
        told = Told()
        told.detail = {
            "ResourceStatus": "UPDATE_COMPLETE",
            "LastUpdatedTimestamp": UPDATED,
            "PhysicalResourceId": "shop-search/1-2",
        }
        found = Stacks(lambda: told).resource(STACK, "Synonyms")
        assert found == ResourceState("UPDATE_COMPLETE", UPDATED, "shop-search/1-2")

    def test_has_no_id_while_it_is_being_created(self) -> None:
        told = Told()
        told.detail = {"ResourceStatus": "CREATE_IN_PROGRESS"}
        assert Stacks(lambda: told).resource(STACK, "Synonyms") == ResourceState("CREATE_IN_PROGRESS", None, "")

    def test_that_its_stack_does_not_have_is_none(self) -> None:
        told = Told(failed("DescribeStackResource", "ValidationError", "Resource Synonyms does not exist"))
        assert Stacks(lambda: told).resource(STACK, "Synonyms") is None

    def test_of_which_nobody_may_ask_is_not_taken_for_none(self) -> None:
        told = Told(failed("DescribeStackResource", "AccessDenied", "no"))
        with pytest.raises(ClientError, match="AccessDenied"):
            Stacks(lambda: told).resource(STACK, "Synonyms")


def test_the_client_is_made_when_it_is_needed_and_once() -> None:
    made = []

    def make() -> Told:
        made.append(1)
        return Told(stack={"StackStatus": "DELETE_IN_PROGRESS"})

    asked = Stacks(make)
    assert made == []
    asked.rolls_back_since(STACK)
    asked.deletes_on_purpose(STACK)
    assert made == [1]

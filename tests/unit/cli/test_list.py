"""`opensearch-packages list`: whose packages are, and which domains lag behind."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from opensearch_packages_cli.inventory import Association
from tests.unit.cli.world import ACCOUNT, Account, packages, stack_id

if TYPE_CHECKING:
    from mypy_boto3_opensearch.type_defs import DomainPackageDetailsTypeDef

LONG_STACK, LONG_ID = "shop-" * 20 + "stack", "Synonyms" * 15


def owners(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str | None]]:
    """Whose each package is, and what is said of the resource."""
    return {name: (one["Owner"]["Kind"], one["Owner"]["Said"]) for name, one in packages(capsys).items()}


def test_whose_packages_are_is_told_apart(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.resource(account.of_stack("living"))
    account.of_stack("of-a-deleted-stack", "old")
    account.of_stack("removed-from-its-stack", logical_id="Removed")
    account.resource(account.of_stack("retained-when-replaced", logical_id="Another"), logical_id="Another")
    account.resource(account.of_stack("its-replacement", logical_id="Another"), logical_id="Another")
    account.of_stack("of-an-earlier-stack", "again", edition=1)
    account.resource("F1", "again", edition=2)
    account.by_hand("by-hand")
    account.lent("lent", "999988887777")

    assert account.run("--json") == 0
    replacement = account.stacks[stack_id("shop")]["Another"][0]
    own = {
        "living": ("stack", "CREATE_COMPLETE"),
        "of-a-deleted-stack": ("stack", "Stack 'old' does not exist"),
        "removed-from-its-stack": ("stack", "Resource Removed does not exist for stack shop"),
        "retained-when-replaced": ("stack", f"it has another package now, {replacement}"),
        "its-replacement": ("stack", "CREATE_COMPLETE"),
        "of-an-earlier-stack": ("stack", "another stack has that name now"),
        "by-hand": ("hand", None),
    }
    assert owners(capsys) == own

    assert account.run("--json", "--all") == 0
    assert owners(capsys) == {**own, "lent": ("account", None), "analysis-nori": ("aws", None)}

    assert account.run("--json", "--orphans") == 1
    orphans = {"of-a-deleted-stack", "removed-from-its-stack", "retained-when-replaced", "of-an-earlier-stack"}
    assert packages(capsys).keys() == orphans


def test_domains_that_lag_behind_are_named(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    synonyms = account.of_stack("synonyms")
    account.resource(synonyms)
    for domain in ("shop", "blog"):
        account.on_domain(synonyms, domain)
    account.on_domain(account.by_hand("current"), "shop")
    assert account.run("--lagging") == 0
    capsys.readouterr()

    account.new_version(synonyms)
    account.on_domain(synonyms, "wiki")
    assert account.run("--json", "--lagging") == 1
    ((name, found),) = packages(capsys).items()
    assert (name, found["AvailablePackageVersion"], found["Orphan"]) == ("synonyms", "v2", False)
    versions = {one["DomainName"]: (one["PackageVersion"], one["Lagging"]) for one in found["Domains"]}
    assert versions == {"shop": ("v1", True), "blog": ("v1", True), "wiki": ("v2", False)}


def test_domain_that_is_being_brought_to_the_version_does_not_lag(account: Account) -> None:
    synonyms = account.by_hand("synonyms")
    account.on_domain(synonyms, "shop")
    account.new_version(synonyms)
    account.model.call("AssociatePackages", {"DomainName": "shop", "PackageList": [{"PackageID": synonyms}]})
    assert account.run("--lagging") == 0


@pytest.mark.parametrize(
    ("status", "version", "lags"),
    [
        ("ACTIVE", "v2", False),
        ("ACTIVE", "v1", True),
        ("ACTIVE", "", False),  # where the service names no version, none lags
        ("ASSOCIATION_FAILED", "v1", True),
        ("ASSOCIATION_FAILED", "", True),
        ("DISSOCIATION_FAILED", "v1", True),
        ("ASSOCIATING", "v1", False),
        ("DISSOCIATING", "v1", False),
    ],
)
def test_association_lags_when_the_domain_lacks_the_version_and_is_left_alone(
    status: Any, version: str, lags: bool
) -> None:
    details: DomainPackageDetailsTypeDef = {"DomainPackageStatus": status, "PackageVersion": version}
    assert Association(details, "v2").is_lagging is lags


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "CREATE_FAILED"])
def test_package_of_a_resource_that_does_not_have_it_yet_is_no_orphan(account: Account, status: str) -> None:
    account.of_stack("synonyms")
    account.resource("F1" if status == "UPDATE_IN_PROGRESS" else "not-created", status=status)
    assert account.run("--orphans") == 0


@pytest.mark.parametrize("status", ["DELETE_COMPLETE", "DELETE_SKIPPED"])
def test_package_of_a_resource_that_has_left_its_stack_is_an_orphan(account: Account, status: str) -> None:
    account.resource(account.of_stack("synonyms"), status=status)
    assert account.run("--orphans") == 1


@pytest.mark.parametrize(("stack", "logical_id"), [(LONG_STACK, "Words"), ("shop", LONG_ID), (LONG_STACK, LONG_ID)])
def test_names_that_are_too_long_for_the_mark_are_found(account: Account, stack: str, logical_id: str) -> None:
    account.resource("F1", stack, "Other")
    package_id = account.of_stack("synonyms", stack, logical_id)
    assert account.run("--orphans") == 1
    account.resource(package_id, stack, logical_id)
    assert account.run("--orphans") == 0
    account.deleted.add(stack_id(stack))
    assert account.run("--orphans") == 1


def test_stacks_are_listed_once_for_all_names_that_are_too_long(account: Account) -> None:
    for number in range(2):
        account.resource(account.of_stack(f"words-{number}", LONG_STACK, f"W{number}"), LONG_STACK, f"W{number}")
    meeting = threading.Barrier(2)

    def wait_for_another(operation: str) -> None:
        if operation == "ListStacks":
            with pytest.raises(threading.BrokenBarrierError):
                meeting.wait(timeout=0.1)

    account.before = wait_for_another
    assert account.run("--orphans") == 0
    assert account.calls["ListStacks"] == 1


def test_a_thousand_packages_of_awss_cost_pages(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(998):  # two more are in every account
        account.model.add_aws_package(f"G{number}", f"analysis-{number}", "OpenSearch_2.17")
    for number in range(25):
        account.resource(account.of_stack(f"words-{number}", logical_id=f"Words{number}"), logical_id=f"Words{number}")
    needed = {"GetCallerIdentity": 1, "DescribePackages": 11, "ListDomainsForPackage": 25, "DescribeStackResource": 25}

    for options, listed in (((), 25), (("--all",), 1025)):
        assert account.run("--json", *options) == 0
        assert len(json.loads(capsys.readouterr().out)["Packages"]) == listed
        assert account.calls == needed


def test_packages_are_looked_up_side_by_side(account: Account) -> None:
    for number in range(8):
        account.by_hand(f"words-{number}")
    meeting = threading.Barrier(8)
    # Each waits until eight are there: one after the other would never meet.
    account.before = lambda operation: operation == "ListDomainsForPackage" and meeting.wait(timeout=5)
    assert account.run() == 0


def test_package_that_is_deleted_meanwhile_is_no_error(account: Account) -> None:
    package_id = account.by_hand("words")

    def delete(operation: str) -> None:
        if operation == "ListDomainsForPackage":
            account.model.call("DeletePackage", {"PackageID": package_id})
            account.time += 5

    account.before = delete
    assert account.run() == 0


def test_record_of_a_deleted_package_is_not_listed(account: Account) -> None:
    account.model.behaviour.deleted_record = 3600
    account.model.call("DeletePackage", {"PackageID": account.of_stack("words")})
    account.time += 5
    assert account.model.call("DescribePackages", {"Filters": [{"Name": "PackageStatus", "Value": ["DELETED"]}]})
    assert account.run("--orphans") == 0


def test_table_is_read_by_people_and_by_grep(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    synonyms = account.of_stack("synonyms", "a-shop-with-a-long-name-" * 3, "Synonyms0123456789ABCDEF")
    for domain in ("shop", "blog"):
        account.on_domain(synonyms, domain)
    account.new_version(synonyms)
    account.by_hand("by-hand")
    assert account.run() == 0
    out = capsys.readouterr().out
    (line,) = [one for one in out.splitlines() if synonyms in one]
    for said in (
        "synonyms",
        "v2",
        "name-/Synonyms0123456789ABCDEF",
        "gone: Stack 'a-shop",
        "shop v1 lags, blog v1 lags",
    ):
        assert said in line
    assert "made by hand" in out
    assert f"Account {ACCOUNT}, Region eu-west-1: packages: 2, orphans: 1, lagging: 1" in out


def test_what_somebody_writes_into_a_description_cannot_control_a_terminal(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.by_hand("words", f"[cloudformation \x1bcshop\x07/Wo\x1brds {'0' * 16}-{'0' * 12}-{'0' * 12}-{'0' * 16}]")
    assert account.run("--orphans") == 1
    out = capsys.readouterr().out
    assert "_cshop_/Wo_rds" in out
    assert "\x1b" not in out


def test_package_on_many_domains_is_one_line_where_there_is_no_terminal(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as CI does, for colours in its log
    synonyms = account.by_hand("synonyms")
    for number in range(60):
        account.on_domain(synonyms, f"a-domain-with-a-long-name-{number:02}")
    assert account.run() == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "a-domain" in one]
    assert "a-domain-with-a-long-name-00 v1" in line
    assert "a-domain-with-a-long-name-59 v1" in line

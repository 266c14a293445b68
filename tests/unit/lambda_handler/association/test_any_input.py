"""Whatever a template says, and whatever AWS says: the end is a response that CloudFormation takes and can show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.association.table import ASSOCIATION_PROPERTIES
from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER, With
from tests.unit.lambda_handler.any_input import check, json_of, lambdas_log, repeatedly, scalars_and, some_text
from tests.unit.lambda_handler.association.shop import DOMAIN, Shop
from tests.unit.lambda_handler.association.stories import INVENTED

NAMED = "shop-search/f364c885024584f7-460c4e4897cb"

long_text = st.text(st.characters(), min_size=3000, max_size=3000)
scalars = scalars_and("", "true", "false", "F1", "G1", "pkg-0a", "synonyms", DOMAIN, "another")
json_values = json_of(scalars)
MEMBERS = ["PackageID", "PackageName", "PackageVersion", "PrerequisitePackageIDList", "AssociationConfiguration"]
packages = st.lists(
    st.one_of(json_values, st.dictionaries(st.sampled_from(MEMBERS), json_values, max_size=4)), max_size=3
)
PLAUSIBLE = {"DomainName": DOMAIN, "Packages": [{"PackageID": "F1"}]}
properties = st.one_of(
    json_values,
    st.fixed_dictionaries({"DomainName": st.one_of(st.just(DOMAIN), json_values), "Packages": packages}),
    st.dictionaries(st.one_of(st.sampled_from(sorted(ASSOCIATION_PROPERTIES)), some_text), json_values, max_size=5),
    st.dictionaries(st.sampled_from(sorted(ASSOCIATION_PROPERTIES)), json_values, max_size=2).map(
        lambda random: {**PLAUSIBLE, **random}
    ),
)
physical_ids = st.one_of(
    st.sampled_from([NAMED, f"{NAMED}/F1,F2", f"another/{NAMED.split('/')[1]}", INVENTED, "not-known-x", "F1"]),
    json_values,
)


@pytest.fixture(autouse=True)
def _a_log() -> Iterator[None]:
    with lambdas_log():
        yield


@repeatedly
@given(kind=st.sampled_from(["Create", "Update", "Delete"]), new=properties, old=properties, physical_id=physical_ids)
def test_whatever_a_template_says(shop: Shop, kind: str, new: Any, old: Any, physical_id: Any) -> None:
    event = shop.event(kind, {})
    event |= {"ResourceProperties": new, "OldResourceProperties": old, "PhysicalResourceId": physical_id}
    check(shop.cloud.deliver(json.loads(json.dumps(event))))


OPERATIONS = [
    "DescribeDomain",
    "ListPackagesForDomain",
    "DescribePackages",
    "GetPackageVersionHistory",
    "AssociatePackages",
    "DissociatePackages",
]
CODES = ["ValidationException", "ConflictException", "AccessDeniedException", "ResourceNotFoundException", "Throttling"]


@repeatedly
@given(
    operation=st.sampled_from(OPERATIONS),
    code=st.one_of(some_text, st.sampled_from(CODES)),
    message=st.one_of(some_text, long_text),
    status=st.sampled_from([400, 403, 404, 409, 500, 503]),
    kind=st.sampled_from(["Create", "Update", "Delete", "cancelled"]),
)
def test_whatever_the_service_refuses_a_call_with(
    shop: Shop, operation: str, code: str, message: str, status: int, kind: str
) -> None:
    behaviour = shop.cloud.model.behaviour
    old, new = shop.properties(*_two(shop)[:1], ServiceTimeout=90), shop.properties(_two(shop)[1], ServiceTimeout=90)
    physical_id = "" if kind in ("Create", "cancelled") else shop.created(old)
    behaviour.faults = [Fault(operation, "error", code=code, message=message, status=status, times=FOR_EVER)]
    if kind == "Create":
        response = shop.create(new)
    elif kind == "Update":
        response = shop.update(physical_id, old, new)
    else:
        response = shop.delete(physical_id or INVENTED, old)
    behaviour.faults = []
    check(response)
    shop.delete(response.physical_id, new)
    shop.delete(NAMED, old)


@settings(repeatedly, max_examples=8)
@given(words=st.one_of(some_text, long_text), operation=st.sampled_from(["AssociatePackages", "DissociatePackages"]))
def test_whatever_the_service_says_of_what_has_failed(shop: Shop, words: str, operation: str) -> None:
    failure: Any = "association-failed" if operation == "AssociatePackages" else "dissociation-failed"
    properties = shop.properties(_two(shop)[0], ServiceTimeout=300)
    physical_id = shop.created(properties) if operation == "DissociatePackages" else ""
    shop.cloud.model.behaviour.faults = [Fault(operation, failure, message=words, times=FOR_EVER)]
    response = shop.delete(physical_id, properties) if physical_id else shop.create(properties)
    shop.cloud.model.behaviour.faults = []
    check(response)
    assert response.status == "FAILED"
    shop.delete(NAMED, properties)


moments = st.datetimes(min_value=datetime(2026, 12, 1), max_value=datetime(2027, 2, 1), timezones=st.just(UTC))
association_statuses = st.sampled_from(
    ["ACTIVE", "ASSOCIATING", "ASSOCIATION_FAILED", "DISSOCIATING", "DISSOCIATION_FAILED"]
)
package_statuses = st.sampled_from(["AVAILABLE", "COPYING", "COPY_FAILED", "DELETING", "DELETED", "DELETE_FAILED"])
domain_statuses = st.sampled_from(["Active", "Modifying", "Deleting", "UpgradingEngineVersion", "Isolated"])
errors = st.dictionaries(st.sampled_from(["ErrorType", "ErrorMessage"]), some_text)
associations_shown = st.fixed_dictionaries(
    {},
    optional={
        "PackageID": st.one_of(st.sampled_from(["F1", "G2", "pkg-3"]), some_text),
        "PackageName": st.one_of(st.just("synonyms"), some_text),
        "PackageType": some_text,
        "DomainName": some_text,
        "DomainPackageStatus": st.one_of(association_statuses, some_text),
        "PackageVersion": st.one_of(st.just("v1"), some_text, long_text),
        "ReferencePath": st.one_of(some_text, long_text),
        "LastUpdated": moments,
        "PrerequisitePackageIDList": st.lists(some_text, max_size=2),
        "AssociationConfiguration": st.sampled_from([{}, {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": True}}]),
        "ErrorDetails": errors,
    },
)
packages_shown = st.fixed_dictionaries(
    {"PackageID": st.one_of(st.sampled_from(["F1", "G2", "pkg-3"]), some_text)},
    optional={
        "PackageName": st.one_of(st.just("synonyms"), some_text),
        "PackageType": st.one_of(st.sampled_from(["ZIP-PLUGIN", "TXT-DICTIONARY"]), some_text),
        "PackageStatus": st.one_of(package_statuses, some_text),
        "PackageDescription": some_text,
        "AvailablePackageVersion": st.one_of(st.just("v1"), some_text),
        "EngineVersion": st.one_of(st.sampled_from(["OpenSearch_2.17", "OpenSearch_2.19"]), some_text),
        "LastUpdatedAt": moments,
        "ErrorDetails": errors,
    },
)
domains_shown = st.fixed_dictionaries(
    {},
    optional={
        "DomainName": some_text,
        "EngineVersion": st.one_of(st.sampled_from(["OpenSearch_2.17", "OpenSearch_2.19"]), some_text),
        "DomainProcessingStatus": st.one_of(domain_statuses, some_text),
        "Created": st.booleans(),
        "Deleted": st.booleans(),
        "Processing": st.booleans(),
        "UpgradeProcessing": st.booleans(),
    },
)
progresses_shown = st.fixed_dictionaries(
    {},
    optional={
        "ChangeProgressStatus": st.fixed_dictionaries(
            {},
            optional={
                "Status": some_text,
                "TotalNumberOfStages": st.integers(),
                "ChangeProgressStages": st.lists(
                    st.fixed_dictionaries({}, optional={"Name": some_text, "Status": some_text}), max_size=3
                ),
            },
        )
    },
)


@repeatedly
@given(
    domain=domains_shown,
    associations=st.lists(associations_shown, max_size=4),
    packages=st.lists(packages_shown, max_size=4),
    progress=progresses_shown,
    kind=st.sampled_from(["Create", "Update", "Delete", "cancelled"]),
    entries=st.lists(
        st.sampled_from(
            [{"PackageID": "F1"}, {"PackageID": "G2"}, {"PackageID": "pkg-3"}, {"PackageName": "synonyms"}]
        ),
        min_size=1,
        max_size=4,
        unique_by=str,
    ),
    waits=st.booleans(),
)
def test_whatever_the_service_shows(
    shop: Shop,
    domain: Any,
    associations: list[Any],
    packages: list[Any],
    progress: Any,
    kind: str,
    entries: list[dict[str, str]],
    waits: bool,
) -> None:
    whole = shop.cloud.opensearch
    shown = With(
        whole,
        describe_domain=lambda **_: {"DomainStatus": domain},
        list_packages_for_domain=lambda **_: {"DomainPackageDetailsList": associations},
        describe_packages=lambda **_: {"PackageDetailsList": packages},
        describe_domain_change_progress=lambda **_: progress,
        get_package_version_history=lambda **_: {},
        associate_packages=lambda **_: None,
        dissociate_packages=lambda **_: None,
    )
    shop.cloud.opensearch = cast("Any", shown)
    shop.cloud.cold_start()
    event = {} if kind == "Create" else {"PhysicalResourceId": INVENTED if kind == "cancelled" else NAMED}
    wanted = {"DomainName": DOMAIN, "Packages": entries, "Wait": waits, "ServiceTimeout": 200}
    request = shop.event("Delete" if kind == "cancelled" else kind, wanted, **event)
    request["OldResourceProperties"] = {"DomainName": DOMAIN, "Packages": [{"PackageID": "F1"}, {"PackageID": "G9"}]}
    response = shop.cloud.deliver(request)
    shop.cloud.opensearch = whole
    shop.cloud.cold_start()
    check(response)


@pytest.mark.parametrize("longest", ["ReferencePath", "PackageVersion"])
def test_twenty_packages_of_which_the_service_says_much_fit_into_a_response(shop: Shop, longest: str) -> None:
    ids = [f"pkg-{number:040x}" for number in range(20)]
    whole = shop.cloud.opensearch
    told = {"PackageType": "ZIP-PLUGIN", "DomainPackageStatus": "ACTIVE", "PackageVersion": "v1"}
    found = {"PackageType": "PACKAGE-LICENSE", "PackageStatus": "AVAILABLE", "AvailablePackageVersion": "v1"}
    much = {"ReferencePath": "analyzers/{}", "PackageVersion": "v1"}[longest]
    associations = [{"PackageID": one, **told, longest: much.format(one)} for one in ids]
    shown = With(
        whole,
        list_packages_for_domain=lambda **_: {"DomainPackageDetailsList": associations},
        describe_packages=lambda **_: {"PackageDetailsList": [{"PackageID": one, **found} for one in ids]},
    )
    shop.cloud.opensearch = cast("Any", shown)
    shop.cloud.cold_start()
    response = shop.create(shop.properties(*ids), LogicalResourceId="L" * 255)
    check(response)
    assert response.status == "SUCCESS"
    assert [response.attributes[f"PackageID.{number}"] for number in range(20)] == ids


def _two(shop: Shop) -> tuple[str, str]:
    """Two dictionaries, which are made once for all examples of a test."""
    own = shop.cloud.model.own_packages()
    first, second = [one["PackageID"] for one in own] or (shop.dictionary("first"), shop.dictionary("second"))
    return str(first), str(second)

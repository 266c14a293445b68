"""Bad input: it is refused at once, in words that say what was received and what is allowed, without a single call."""

from __future__ import annotations

import copy
import json
from typing import Any

import boto3
import pytest
from botocore.model import ServiceModel
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.association.properties import (
    AssociationProperties,
    Entry,
    parse,
    parse_leniently,
)
from lambda_handler.association.table import ASSOCIATION_PROPERTIES
from lambda_handler.errors import PropertyError
from tests.unit.lambda_handler.association.shop import DOMAIN, LOGICAL_ID, Shop

ONE: dict[str, Any] = {"DomainName": DOMAIN, "Packages": [{"PackageID": "F123456789"}]}
ROLE = "arn:aws:iam::000000000000:role/keys"


def of(*packages: Any) -> dict[str, Any]:
    """Properties with these items in Packages."""
    return {"DomainName": DOMAIN, "Packages": list(packages)}


def keyed(**option: Any) -> dict[str, Any]:
    """Properties with a KeyStoreAccessOption."""
    return of({"PackageID": "F1", "AssociationConfiguration": {"KeyStoreAccessOption": option}})


# The properties, and exactly what is said of them.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no domain": ({"Packages": [{"PackageID": "F1"}]}, "DomainName is missing"),
    "an empty domain": (ONE | {"DomainName": ""}, "DomainName is missing"),
    "a short domain": (
        ONE | {"DomainName": "ab"},
        'DomainName must have 3 to 28 characters, received 2: "ab"',
    ),
    "a long domain": (
        ONE | {"DomainName": "a" * 29},
        f'DomainName must have 3 to 28 characters, received 29: "{"a" * 29}"',
    ),
    "a domain with capitals": (
        ONE | {"DomainName": "Shop-search"},
        r'DomainName must match [a-z][a-z0-9\-]+, received "Shop-search"',
    ),
    "an ARN as domain": (
        ONE | {"DomainName": "arn:aws:es:eu:1:domain/s"},
        r'DomainName must match [a-z][a-z0-9\-]+, received "arn:aws:es:eu:1:domain/s"',
    ),
    "a map as domain": (ONE | {"DomainName": {"a": "b"}}, "DomainName must be a string, received a map"),
    "a number as domain": (ONE | {"DomainName": 123}, r'DomainName must match [a-z][a-z0-9\-]+, received "123"'),
    "no packages": ({"DomainName": DOMAIN}, "Packages is missing"),
    "an empty string of packages": (ONE | {"Packages": ""}, "Packages is missing"),
    "an empty list": (
        of(),
        "Packages is empty: name at least one package, or take the resource out of the template",
    ),
    "an id instead of a list": (ONE | {"Packages": "F1"}, "Packages must be a list, received a string"),
    "a map instead of a list": (ONE | {"Packages": {"PackageID": "F1"}}, "Packages must be a list, received a map"),
    "21 packages": (
        of(*({"PackageID": f"F{number}"} for number in range(21))),
        "Packages has 21 items: a domain takes at most 20 packages",
    ),
    "an id instead of a map": (
        of("F1"),
        "Packages[0] must be a map with PackageID, PrerequisitePackageIDList, AssociationConfiguration, PackageName, "
        "PackageVersion, received a string",
    ),
    "nothing instead of a map": (
        of({"PackageID": "F1"}, None),
        "Packages[1] must be a map with PackageID, PrerequisitePackageIDList, AssociationConfiguration, PackageName, "
        "PackageVersion, received nothing",
    ),
    "neither id nor name": (
        of({"PackageVersion": "v1"}),
        "Packages[0] names no package: give either PackageID or PackageName",
    ),
    "an empty map": (of({}), "Packages[0] names no package: give either PackageID or PackageName"),
    "an empty id": (
        of({"PackageID": ""}),
        "Packages[0] names no package: give either PackageID or PackageName",
    ),
    "id and name": (
        of({"PackageID": "F1", "PackageName": "synonyms"}),
        "Packages[0] has both PackageID and PackageName: leave one out",
    ),
    "a bad id": (
        of({"PackageID": "X1"}),
        'Packages[0].PackageID must match ^([FG][0-9]+)$|^(pkg-[a-f0-9]+)$, received "X1"',
    ),
    "the id of a Create that failed": (
        of({"PackageID": "nothing-was-created-0123456789ab"}),
        "Packages[0].PackageID must match ^([FG][0-9]+)$|^(pkg-[a-f0-9]+)$, received "
        '"nothing-was-created-0123456789ab"',
    ),
    "a list as id": (
        of({"PackageID": ["F1"]}),
        "Packages[0].PackageID must be a string, received a list",
    ),
    "a bad name": (
        of({"PackageName": "Synonyms"}),
        r'Packages[0].PackageName must match [a-z][a-z0-9\-]+, received "Synonyms"',
    ),
    "a short name": (
        of({"PackageName": "ab"}),
        'Packages[0].PackageName must have 3 to 256 characters, received 2: "ab"',
    ),
    "the same id twice": (
        of({"PackageID": "F1"}, {"PackageID": "F2"}, {"PackageID": "F1"}),
        'Packages names "F1" more than once',
    ),
    "the same name twice": (
        of({"PackageName": "synonyms"}, {"PackageName": "synonyms"}),
        'Packages names "synonyms" more than once',
    ),
    "a misspelt member": (
        of({"PackageId": "F1"}),
        "Packages[0].PackageId is unknown: allowed are PackageID, PrerequisitePackageIDList, AssociationConfiguration, "
        "PackageName, PackageVersion",
    ),
    "a map as version": (
        of({"PackageID": "F1", "PackageVersion": {"a": "b"}}),
        "Packages[0].PackageVersion must be a string, received a map",
    ),
    "half a surrogate pair as version": (
        of({"PackageID": "F1", "PackageVersion": "\ud800"}),
        "Packages[0].PackageVersion is not valid Unicode: save it as UTF-8",
    ),
    "a string as prerequisites": (
        of({"PackageID": "F1", "PrerequisitePackageIDList": "F2"}),
        "Packages[0].PrerequisitePackageIDList must be a list, received a string",
    ),
    "a prerequisite that is neither id nor name": (
        of({"PackageID": "F1", "PrerequisitePackageIDList": ["F2", "Shop!"]}),
        r'Packages[0].PrerequisitePackageIDList[1] must match [a-z][a-z0-9\-]+, received "Shop!"',
    ),
    "an empty prerequisite": (
        of({"PackageID": "F1", "PrerequisitePackageIDList": [""]}),
        "Packages[0].PrerequisitePackageIDList[0] is empty: give a value or leave it out",
    ),
    "a map as prerequisite": (
        of({"PackageID": "F1", "PrerequisitePackageIDList": [{"PackageID": "F2"}]}),
        "Packages[0].PrerequisitePackageIDList[0] must be a string, received a map",
    ),
    "a string as configuration": (
        of({"PackageID": "F1", "AssociationConfiguration": "x"}),
        "Packages[0].AssociationConfiguration must be a map with KeyStoreAccessOption, received a string",
    ),
    "an unknown option": (
        of({"PackageID": "F1", "AssociationConfiguration": {"Colour": "red"}}),
        "Packages[0].AssociationConfiguration.Colour is unknown: allowed are KeyStoreAccessOption",
    ),
    "an option without what it needs": (
        keyed(KeyAccessRoleArn=ROLE),
        "Packages[0].AssociationConfiguration.KeyStoreAccessOption.KeyStoreAccessEnabled is missing",
    ),
    "an option that is neither true nor false": (
        keyed(KeyAccessRoleArn=ROLE, KeyStoreAccessEnabled="yes"),
        "Packages[0].AssociationConfiguration.KeyStoreAccessOption.KeyStoreAccessEnabled must be true or false, "
        'received "yes"',
    ),
    "a wait that is neither true nor false": (ONE | {"Wait": "no"}, 'Wait must be true or false, received "no"'),
    "a wait with a capital": (ONE | {"Wait": "False"}, 'Wait must be true or false, received "False"'),
    "a wait in numbers": (ONE | {"Wait": "0"}, 'Wait must be true or false, received "0"'),
    "a list as wait": (ONE | {"Wait": ["true"]}, "Wait must be a string, received a list"),
    "no time": (
        ONE | {"ServiceTimeout": "0"},
        'ServiceTimeout must be whole seconds from 1 to 3600, received "0"',
    ),
    "a time in words": (
        ONE | {"ServiceTimeout": "soon"},
        'ServiceTimeout must be whole seconds from 1 to 3600, received "soon"',
    ),
    "a misspelt property": (ONE | {"Domain": "x"}, "Domain is no property of this resource: did you mean DomainName?"),
    "an unknown property": (
        ONE | {"Colour": "red"},
        "Colour is no property of this resource: allowed are ServiceToken, ServiceTimeout, DomainName, Packages, Wait",
    ),
}


@pytest.fixture(scope="module")
def model() -> ServiceModel:
    return boto3.client("opensearch", region_name="us-east-1").meta.service_model


def refusal(raw: dict[str, Any], model: ServiceModel) -> str:
    with pytest.raises(PropertyError) as refused:
        parse(raw, model)
    return str(refused.value)


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_in_exactly_these_words(model: ServiceModel, bad: dict[str, Any], message: str) -> None:
    assert refusal(bad, model) == message


@pytest.mark.parametrize(
    "bad", [BAD["no domain"][0], BAD["a bad id"][0], BAD["21 packages"][0]], ids=lambda bad: str(bad)[:40]
)
class TestBadInput:
    def test_fails_a_create_at_once_and_its_delete_does_nothing(self, shop: Shop, bad: dict[str, Any]) -> None:
        begun = shop.cloud.clock.now()
        response = shop.create(bad)
        assert response.status == "FAILED"
        assert response.physical_id.startswith("nothing-was-created-")
        assert shop.delete(response.physical_id, bad).status == "SUCCESS"
        assert (shop.cloud.model.calls, shop.cloud.clock.now()) == ([], begun)

    def test_fails_an_update_without_touching_the_domain(self, shop: Shop, bad: dict[str, Any]) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        response = shop.update(physical_id, properties, bad)
        assert (response.status, response.physical_id) == ("FAILED", physical_id)
        assert shop.cloud.model.calls == []

    def test_is_rolled_back_without_touching_the_domain(self, shop: Shop, bad: dict[str, Any]) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        shop.update(physical_id, properties, bad)
        response = shop.roll_back(physical_id, bad, properties)
        assert (response.status, response.physical_id) == ("SUCCESS", physical_id), response.reason
        assert shop.writes() == []

    def test_never_fails_a_delete(self, shop: Shop, bad: dict[str, Any]) -> None:
        physical_id = shop.created(shop.properties(shop.dictionary()))
        assert shop.delete(physical_id, bad).status == "SUCCESS"
        assert shop.delete(f"shop-{LOGICAL_ID}-1A2B3C4D5E6F", bad).status == "SUCCESS"


def test_all_problems_are_named_at_once(model: ServiceModel) -> None:
    told = refusal(
        {"Packages": [{"PackageID": "X"}, {}, "F1"], "Wait": "no", "ServiceTimeout": "x", "Junk": "y"}, model
    )
    for part in (
        "Junk is no property",
        "Packages[0].PackageID must match",
        "Packages[1] names no package",
        "Packages[2] must be a map",
        "DomainName is missing",
        "Wait must be true or false",
        "ServiceTimeout must be",
    ):
        assert part in told


class TestWhatIsMeant:
    def test_by_all_that_there_is(self, model: ServiceModel) -> None:
        plugin = {"PackageName": "analysis-nori"}
        license_ = {
            "PackageID": "pkg-0a1b",
            "PackageVersion": "v3",
            "PrerequisitePackageIDList": ["analysis-nori", "F1"],
            "AssociationConfiguration": {
                "KeyStoreAccessOption": {"KeyAccessRoleArn": ROLE, "KeyStoreAccessEnabled": "true"}
            },
        }
        option = {"KeyAccessRoleArn": ROLE, "KeyStoreAccessEnabled": True}
        assert parse(of(plugin, license_) | {"Wait": "false", "ServiceTimeout": "600"}, model) == AssociationProperties(
            DOMAIN,
            (
                Entry(package_name="analysis-nori"),
                Entry("pkg-0a1b", "", "v3", ("analysis-nori", "F1"), {"KeyStoreAccessOption": option}),
            ),
            waits=False,
        )

    @pytest.mark.parametrize("wait", ["true", True, ""])
    def test_by_waiting(self, model: ServiceModel, wait: object) -> None:
        assert parse(ONE | {"Wait": wait}, model).waits
        assert parse(ONE, model).waits

    @pytest.mark.parametrize("wait", ["false", False])
    def test_by_not_waiting(self, model: ServiceModel, wait: object) -> None:
        assert not parse(ONE | {"Wait": wait}, model).waits

    @pytest.mark.parametrize("empty", ["PackageName", "PackageVersion", "PrerequisitePackageIDList"])
    def test_by_an_empty_string_which_counts_as_left_out(self, model: ServiceModel, empty: str) -> None:
        assert parse(of({"PackageID": "F123456789", empty: ""}), model) == parse(ONE, model)

    @pytest.mark.parametrize(
        "empty",
        [
            "",
            {"KeyStoreAccessOption": ""},
            {"KeyStoreAccessOption": {"KeyAccessRoleArn": "", "KeyStoreAccessEnabled": ""}},
        ],
        ids=repr,
    )
    def test_by_a_configuration_of_empty_strings_which_counts_as_left_out(
        self, model: ServiceModel, empty: object
    ) -> None:
        assert parse(of({"PackageID": "F123456789", "AssociationConfiguration": empty}), model) == parse(ONE, model)

    @pytest.mark.parametrize(("given", "text"), [(3, "3"), (1.5, "1.5"), (True, "true"), ("3", "3")])
    def test_by_a_version_that_is_no_string(self, model: ServiceModel, given: object, text: str) -> None:
        [entry] = parse(of({"PackageID": "F1", "PackageVersion": given}), model).entries
        assert entry.package_version == text

    @pytest.mark.parametrize("enabled", ["true", True])
    def test_by_a_boolean_and_by_its_string(self, model: ServiceModel, enabled: object) -> None:
        [entry] = parse(keyed(KeyStoreAccessEnabled=enabled), model).entries
        assert entry.configuration == {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": True}}

    def test_by_twenty_packages(self, model: ServiceModel) -> None:
        entries = parse(of(*({"PackageID": f"F{number}"} for number in range(20))), model).entries
        assert [entry.key for entry in entries] == [f"F{number}" for number in range(20)]


@pytest.mark.parametrize("lacks", ["the operation", "the member"])
def test_a_runtime_whose_boto3_is_too_old_is_named_as_the_reason(model: ServiceModel, lacks: str) -> None:
    description = copy.deepcopy(model._service_description)  # type: ignore[attr-defined]
    if lacks == "the operation":
        del description["shapes"]["AssociatePackagesRequest"]
    else:
        del description["shapes"]["AssociatePackagesRequest"]["members"]["PackageList"]
    old = ServiceModel(description)
    assert "Packages is not known to botocore" in refusal(ONE, old)
    assert parse_leniently(ONE, old).entries == ()


class TestOldProperties:
    def test_are_read_like_new_ones(self, model: ServiceModel) -> None:
        option = {"KeyAccessRoleArn": ROLE, "KeyStoreAccessEnabled": "true"}
        whole = of(
            {"PackageName": "analysis-nori", "PackageVersion": "v1"},
            {
                "PackageID": "F1",
                "PrerequisitePackageIDList": ["analysis-nori"],
                "AssociationConfiguration": {"KeyStoreAccessOption": option},
            },
        )
        assert parse_leniently(whole, model) == parse(whole, model)

    @pytest.mark.parametrize("bad", [raw for raw, _ in BAD.values()], ids=BAD.keys())
    def test_are_never_refused(self, model: ServiceModel, bad: dict[str, Any]) -> None:
        parse_leniently(bad, model)

    def test_lose_what_names_no_package(self, model: ServiceModel) -> None:
        raw = of("F1", None, {}, {"PackageName": ["a"]}, {"PackageVersion": "v1"}, {"PackageID": "F2", "Colour": 1})
        assert parse_leniently(raw, model).entries == (Entry("F2"),)

    @pytest.mark.parametrize(
        "raw", [{}, {"DomainName": 5, "Packages": "F1"}, {"DomainName": ["x"], "Packages": {"a": 1}}]
    )
    def test_may_be_anything(self, model: ServiceModel, raw: dict[str, Any]) -> None:
        assert parse_leniently(raw, model).entries == ()


NAMES = st.sampled_from(
    [
        *ASSOCIATION_PROPERTIES,
        "PackageID",
        "PackageName",
        "PackageVersion",
        "PrerequisitePackageIDList",
        "AssociationConfiguration",
        "KeyStoreAccessOption",
        "KeyStoreAccessEnabled",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["", "F1", "G2", "pkg-0a", "synonyms", DOMAIN, "true"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NAMES, st.text(max_size=5)), inner, max_size=5)
    ),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None, database=None)
@given(raw=st.dictionaries(st.one_of(NAMES, st.text(max_size=5)), JSON, max_size=5))
def test_any_json_can_be_read_leniently_and_is_else_accepted_or_refused(
    model: ServiceModel, raw: dict[str, Any]
) -> None:
    raw = json.loads(json.dumps(raw))
    told, problems = parse_leniently(raw, model), ""
    try:
        assert parse(raw, model) == told
    except PropertyError as error:
        problems = str(error)
    assert all(entry.key for entry in told.entries)
    assert problems or told.entries

"""Properties of associations as templates have them: good ones, and mistakes of every kind."""

from __future__ import annotations

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/keys"
KEY_STORE = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": True, "KeyAccessRoleArn": ROLE}}
ONE: dict[str, Any] = {"DomainName": "shop-search", "Packages": [{"PackageID": "F123"}]}
EVERYTHING: dict[str, Any] = {
    "ServiceTimeout": 3600,
    "DomainName": "shop-search",
    "Packages": [
        {"PackageID": "F123", "PackageVersion": "v2"},
        {"PackageName": "analysis-nori"},
        {"PackageID": "pkg-1a2b", "PrerequisitePackageIDList": ["F123", "analysis-nori"]},
        {"PackageID": "G987", "PrerequisitePackageIDList": ["pkg-1a2b"], "AssociationConfiguration": KEY_STORE},
    ],
    "Wait": False,
}
ITEM_TWO = {"PackageID": "F987"}


def item(**members: Any) -> dict[str, Any]:
    """Properties whose second item has these members, beside a PackageID."""
    return {**ONE, "Packages": [*ONE["Packages"], {**ITEM_TWO, **members}]}


def second(value: Any) -> dict[str, Any]:
    """Properties with this second item."""
    return {**ONE, "Packages": [*ONE["Packages"], value]}


def key_store(**members: Any) -> dict[str, Any]:
    """Properties whose second item has these members two definitions deep."""
    return item(AssociationConfiguration={"KeyStoreAccessOption": members})


GOOD: dict[str, dict[str, Any]] = {
    "one package": ONE,
    "everything": EVERYTHING,
    "as many as a domain takes": {**ONE, "Packages": [{"PackageID": f"F{number}"} for number in range(20)]},
    "the names of all lengths": {"DomainName": "a" * 28, "Packages": [{"PackageName": "a" * 256}]},
    "options that are empty": {**item(PackageName="", PackageVersion=""), "Wait": "", "ServiceTimeout": "60"},
    "an id that is empty": second({"PackageID": "", "PackageName": "analysis-nori"}),
    "a number as a version": item(PackageVersion=2),
    "any text as a version": item(PackageVersion="Winter, 2. edition"),
    "waiting, said": {**ONE, "Wait": True},
    "waiting, as a text": {**ONE, "Wait": "false"},
    "no prerequisites": item(PrerequisitePackageIDList=[]),
    "a key store without a role": key_store(KeyStoreAccessEnabled="false"),
    "a key store with an empty role": key_store(KeyStoreAccessEnabled=False, KeyAccessRoleArn=""),
    "a configuration without anything": item(AssociationConfiguration={}),
    "an empty key store": item(AssociationConfiguration={"KeyStoreAccessOption": {"KeyStoreAccessEnabled": ""}}),
}

MISTAKES: dict[str, dict[str, Any]] = {
    # Names that there are not.
    "a misspelt property": {**ONE, "Domain": "shop-search"},
    "the API's name of the list": {"DomainName": "shop-search", "PackageList": ONE["Packages"]},
    "a property of packages": {**ONE, "PackageType": "TXT-DICTIONARY"},
    "an unknown property that is empty": {**ONE, "Waits": ""},
    "an attribute as a property": {**ONE, "ReferencePath": "analyzers/F123"},
    "an unknown member": item(Version="v1"),
    "an unknown member that is empty": item(Packageid=""),
    "unknown members of two items": {
        **ONE,
        "Packages": [{"PackageID": "F1", "A": 1}, {"PackageID": "F2"}, {"PackageID": "F3", "B": [1]}],
    },
    "an unknown member of a configuration": item(AssociationConfiguration={"KeyStore": {}}),
    "an unknown member of a key store": key_store(KeyStoreAccessEnabled=True, RoleArn=ROLE),
    # What is required.
    "neither a domain nor packages": {},
    "no domain": {"Packages": ONE["Packages"]},
    "an empty domain": {**ONE, "DomainName": ""},
    "no packages": {"DomainName": "shop-search"},
    "an empty text for packages": {**ONE, "Packages": ""},
    "an empty list": {**ONE, "Packages": []},
    "an item without anything": second({}),
    "an item with empty members": second({"PackageID": "", "PackageName": ""}),
    "an item with a version alone": second({"PackageVersion": "v1"}),
    "a role without a switch": key_store(KeyAccessRoleArn=ROLE),
    # Other types.
    "a list for a domain": {**ONE, "DomainName": ["shop-search"]},
    "a map for a domain": {**ONE, "DomainName": {"Name": "shop-search"}},
    "a text for packages": {**ONE, "Packages": "F123"},
    "a map for packages": {**ONE, "Packages": {"PackageID": "F123"}},
    "a number for packages": {**ONE, "Packages": 1},
    "texts for items": {**ONE, "Packages": ["F123", "F987"]},
    "a list for an item": second([ITEM_TWO]),
    "a list for an id": item(PackageID=["F987"]),
    "a map for a name": second({"PackageName": {"Name": "analysis-nori"}}),
    "a list for a version": item(PackageVersion=["v1"]),
    "a text for prerequisites": item(PrerequisitePackageIDList="F123"),
    "maps for prerequisites": item(PrerequisitePackageIDList=[{"PackageID": "F123"}]),
    "a text for a configuration": item(AssociationConfiguration="x"),
    "a text for a key store": item(AssociationConfiguration={"KeyStoreAccessOption": ROLE}),
    "a list for a switch": key_store(KeyStoreAccessEnabled=[True]),
    # Booleans.
    "yes for waiting": {**ONE, "Wait": "yes"},
    "0 for waiting": {**ONE, "Wait": 0},
    "False for waiting": {**ONE, "Wait": "False"},
    "a list for waiting": {**ONE, "Wait": [True]},
    "on for a switch": key_store(KeyStoreAccessEnabled="on"),
    # Lengths and patterns.
    "a domain too short": {**ONE, "DomainName": "ab"},
    "a domain too long": {**ONE, "DomainName": "a" * 29},
    "a domain with a capital": {**ONE, "DomainName": "Shop"},
    "a domain's ARN": {**ONE, "DomainName": "arn:aws:es:eu-west-1:123456789012:domain/shop"},
    "a domain with an underscore": {**ONE, "DomainName": "shop_search"},
    "a name for an id": item(PackageID="analysis-nori"),
    "an id for a name": second({"PackageName": "F987"}),
    "a name too short": second({"PackageName": "ab"}),
    "a name with a capital": second({"PackageName": "Nori"}),
    "a prerequisite that is neither an id nor a name": item(PrerequisitePackageIDList=["F123", "Shop Plugin"]),
    "a prerequisite too short": item(PrerequisitePackageIDList=["ab"]),
    "a prerequisite that is empty": item(PrerequisitePackageIDList=["F123", ""]),
    "a user for a role": key_store(KeyStoreAccessEnabled=True, KeyAccessRoleArn="arn:aws:iam::123456789012:user/u"),
    "a role's name": key_store(KeyStoreAccessEnabled=True, KeyAccessRoleArn="a-role-of-some-length"),
    # Numbers.
    "no time": {**ONE, "ServiceTimeout": 0},
    "more than CloudFormation's hour": {**ONE, "ServiceTimeout": 3601},
    # Several together.
    "an id and a name": item(PackageName="analysis-nori"),
    "more than a domain takes": {**ONE, "Packages": [{"PackageID": f"F{number}"} for number in range(21)]},
    "a package twice": second({"PackageID": "F123"}),
    "a package twice, differently": second({"PackageID": "F123", "PackageVersion": "v2"}),
    "a name twice": {
        **ONE,
        "Packages": [{"PackageName": "analysis-nori"}, {"PackageID": "F1"}, {"PackageName": "analysis-nori"}],
    },
    "much at once": {
        "Domain": "Shop",
        "DomainName": "Shop",
        "Packages": [{"PackageID": "nori"}, {"Id": "F1"}, "F2", {"PackageID": "F3"}, {"PackageID": "F3"}],
        "Wait": "no",
        "ServiceTimeout": "long",
    },
}

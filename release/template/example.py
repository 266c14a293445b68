"""`templates/example.yaml`: packages and a domain's in a plain template, as the constructs write them."""

from __future__ import annotations

from typing import Any

from aws_cdk import Fn, Stack
from aws_cdk.aws_iam import IRole, Role
from aws_cdk.aws_opensearchservice import Domain
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import Package, PackageAssociation, PackageProvider, PackageSource, PackageType
from release.template.synthesized import declare, synthesized
from release.template.tidy import shorten_names

PROVIDER_STACK = "opensearch-packages"  # as the README calls it
PARAMETERS: dict[str, dict[str, Any]] = {
    "BucketName": {
        "Type": "String",
        "Description": "The bucket with the dictionary; the provider's ObjectArns have to allow reading it",
        "AllowedPattern": "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    },
    "Edition": {
        "Type": "String",
        "Description": "Any text; another one imports the dictionary from the bucket again",
        "Default": "",
        "MaxLength": 100,
    },
    "DomainName": {
        "Type": "String",
        "Description": "The domain that gets the dictionaries; the provider's DomainArns have to allow changing it. "
        "Default: none",
        "Default": "",
        "AllowedPattern": "^([a-z][a-z0-9-]{2,27})?$",
    },
}
_HAS_DOMAIN = "HasDomain"
CONDITIONS = {_HAS_DOMAIN: {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]}}
COMMENTS = {
    "": """Two dictionaries, and a domain that gets them where one is named. The provider is that of the stack
opensearch-packages (provider.yaml).
Made by `make templates`.

  aws cloudformation deploy --template-file example.yaml --stack-name <name> --parameter-overrides BucketName=<bucket>

Mistakes in properties are found by `cfn-lint --append-rules ../schemas/cfn-lint -- example.yaml`.""",
    "Resources.Stopwords": "A dictionary that is written here. Another text makes its next version; it keeps its id.",
    "Resources.Synonyms": "A dictionary in S3.",
    "Resources.ShopPackages": "Both on a domain, in one change. A new version gets there in the deployment that makes "
    "it. They leave the domain before they are deleted.",
}
_SYNTHESIZED_DEFAULTS = {"ServiceTimeout": "3600"}
_STOPWORDS = "a\nan\nthe\n"


def example_template() -> dict[str, Any]:
    """The template's sections, in the order in which a person reads them."""
    resources = synthesized(_declare_packages)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Dictionaries for Amazon OpenSearch Service",
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": {name: _readable(resources[name]) for name in ("Stopwords", "Synonyms", "ShopPackages")},
        "Outputs": {
            "StopwordsID": {
                "Description": 'For indexes: "stopwords_path": "analyzers/<PackageID>"',
                "Value": {"Ref": "Stopwords"},
            },
            "SynonymsID": {
                "Description": 'For indexes: "synonyms_path": "analyzers/<PackageID>"',
                "Value": {"Ref": "Synonyms"},
            },
            "SynonymsVersion": {
                "Description": "The available version: v1, v2, ...",
                "Value": {"Fn::GetAtt": ["Synonyms", "PackageVersion"]},
            },
            "SynonymsPath": {
                "Condition": _HAS_DOMAIN,
                "Description": "For indexes of the domain, as their synonyms_path",
                "Value": {"Fn::GetAtt": ["ShopPackages", "ReferencePath"]},
            },
            "SynonymsOnDomain": {
                "Condition": _HAS_DOMAIN,
                "Description": "The version on the domain: v1, v2, ...",
                "Value": {"Fn::GetAtt": ["ShopPackages", "PackageVersion"]},
            },
            "StopwordsPath": {
                "Condition": _HAS_DOMAIN,
                "Description": "For indexes of the domain, as their stopwords_path; .1 is of the second package",
                "Value": {"Fn::GetAtt": ["ShopPackages", "ReferencePath.1"]},
            },
        },
    }


def _declare_packages(stack: Stack) -> None:
    declare(stack, PARAMETERS, CONDITIONS)
    token = Fn.import_value(f"{PROVIDER_STACK}-ServiceToken")
    provider = PackageProvider.from_service_token(stack, "Provider", token, _role(stack))
    bucket = Bucket.from_bucket_name(stack, "Bucket", Fn.ref("BucketName"))
    dictionaries = [
        Package(
            stack,
            name,
            package_type=PackageType.TXT_DICTIONARY,
            source=source,
            description=description,
            provider=provider,
        )
        for name, source, description in (
            (
                "Synonyms",
                PackageSource.from_bucket(bucket, "synonyms.txt", source_hash=Fn.ref("Edition")),
                "Synonyms of the shop",
            ),
            ("Stopwords", PackageSource.from_inline(_STOPWORDS), "Words that a search passes over"),
        )
    ]
    arn = stack.format_arn(service="es", resource="domain", resource_name="placeholder")
    domain = Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint="")
    association = PackageAssociation(stack, "ShopPackages", domain=domain, packages=dictionaries, provider=provider)
    resource: Any = association.node.default_child
    resource.add_property_override("DomainName", {"Ref": "DomainName"})
    resource.add_override("Condition", _HAS_DOMAIN)
    shorten_names(stack)


def _role(stack: Stack) -> IRole:
    """Some role, so that the library does not warn: what is granted is in the provider's template."""
    return Role.from_role_name(stack, "Role", "placeholder")


def _readable(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource as a person writes it: without what is so anyway."""
    said: dict[str, Any] = {name: resource[name] for name in ("Type", "Condition", "Properties") if name in resource}
    properties = {name: value for name, value in said["Properties"].items() if _SYNTHESIZED_DEFAULTS.get(name) != value}
    return {**said, "Properties": properties}

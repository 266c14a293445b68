"""`templates/example.yaml`: packages in a plain template, as the constructs write them."""

from __future__ import annotations

from typing import Any

from aws_cdk import Fn, Stack
from aws_cdk.aws_iam import IRole, Role
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType
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
}
COMMENTS = {
    "": """Two dictionaries, with the provider of the stack opensearch-packages (provider.yaml).
Made by `make templates`.

  aws cloudformation deploy --template-file example.yaml --stack-name <name> --parameter-overrides BucketName=<bucket>

Mistakes in properties are found by `cfn-lint --append-rules ../schemas/cfn-lint -- example.yaml`.""",
    "Resources.Stopwords": "A dictionary that is written here. Another text makes its next version; it keeps its id.",
    "Resources.Synonyms": "A dictionary in S3.",
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
        "Resources": {name: _without_defaults(resources[name]) for name in ("Stopwords", "Synonyms")},
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
        },
    }


def _declare_packages(stack: Stack) -> None:
    declare(stack, PARAMETERS, {})
    token = Fn.import_value(f"{PROVIDER_STACK}-ServiceToken")
    provider = PackageProvider.from_service_token(stack, "Provider", token, _role(stack))
    bucket = Bucket.from_bucket_name(stack, "Bucket", Fn.ref("BucketName"))
    for name, source, description in (
        ("Stopwords", PackageSource.from_inline(_STOPWORDS), "Words that a search passes over"),
        (
            "Synonyms",
            PackageSource.from_bucket(bucket, "synonyms.txt", source_hash=Fn.ref("Edition")),
            "Synonyms of the shop",
        ),
    ):
        Package(
            stack,
            name,
            package_type=PackageType.TXT_DICTIONARY,
            source=source,
            description=description,
            provider=provider,
        )
    shorten_names(stack)


def _role(stack: Stack) -> IRole:
    """Some role, so that the library does not warn: what is granted is in the provider's template."""
    return Role.from_role_name(stack, "Role", "placeholder")


def _without_defaults(resource: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: value for name, value in resource["Properties"].items() if _SYNTHESIZED_DEFAULTS.get(name) != value
    }
    return {"Type": resource["Type"], "Properties": properties}

"""What a platform team sets when it deploys the provider's template, and the conditions for what it leaves out."""

from __future__ import annotations

from typing import Any

# Each value of a list has to match, and a list that is left out is one empty value.
_OBJECT = r"^(arn:[a-z-]+:s3:::[a-zA-Z0-9._-]+/.+)?$"
_KEY = r"^(arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[a-zA-Z0-9-]+)?$"
_DOMAIN = r"^(arn:[a-z-]+:es:(\*|[a-z0-9-]+):(\*|\d{12}):domain/[a-z0-9*-]+)?$"
_ROLE = r"^(arn:[a-z-]+:iam::\d{12}:role/[a-zA-Z0-9+=.@_/-]+)?$"
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

PARAMETERS: dict[str, dict[str, Any]] = {
    "ObjectArns": {
        "Type": "CommaDelimitedList",
        "Description": "The objects of this account's buckets that packages are imported from, as ARNs separated by "
        "commas, such as arn:aws:s3:::my-dictionaries/*. Default: none, so packages come from PackageContent only",
        "Default": "",
        "AllowedPattern": _OBJECT,
        "ConstraintDescription": "must be ARNs of objects: arn:aws:s3:::<bucket>/<key>, where * stands for any text",
    },
    "ObjectKeyArns": {
        "Type": "CommaDelimitedList",
        "Description": "The KMS keys that encrypt these objects, as ARNs separated by commas. Default: none",
        "Default": "",
        "AllowedPattern": _KEY,
        "ConstraintDescription": "must be ARNs of keys, not of aliases: arn:aws:kms:<Region>:<account>:key/<id>",
    },
    "PackageKeyArns": {
        "Type": "CommaDelimitedList",
        "Description": "The KMS keys that packages may be encrypted with (PackageEncryptionOptions), as ARNs "
        "separated by commas. Default: none",
        "Default": "",
        "AllowedPattern": _KEY,
        "ConstraintDescription": "must be ARNs of keys, not of aliases: arn:aws:kms:<Region>:<account>:key/<id>",
    },
    "DomainArns": {
        "Type": "CommaDelimitedList",
        "Description": "The domains whose packages may be changed, as ARNs separated by commas, such as "
        "arn:aws:es:*:*:domain/shop-*. Default: none, so packages are made, and no domain gets them",
        "Default": "",
        "AllowedPattern": _DOMAIN,
        "ConstraintDescription": "must be ARNs of domains: arn:aws:es:<Region>:<account>:domain/<name>, where * stands "
        "for any text",
    },
    "KeyAccessRoleArns": {
        "Type": "CommaDelimitedList",
        "Description": "The roles with which packages on a domain may read their keys (KeyAccessRoleArn), as ARNs "
        "separated by commas. Default: none",
        "Default": "",
        "AllowedPattern": _ROLE,
        "ConstraintDescription": "must be ARNs of roles: arn:aws:iam::<account>:role/<name>",
    },
    "LogRetentionInDays": {
        "Type": "Number",
        "Description": "How many days the log of the function is kept",
        "Default": 30,
        "AllowedValues": _RETENTION,
    },
    "PermissionsBoundaryArn": {
        "Type": "String",
        "Description": "The policy that limits what the function's role may do. Default: none",
        "Default": "",
        "AllowedPattern": r"^(arn:[a-z-]+:iam::(aws|\d{12}):policy/.+)?$",
        "ConstraintDescription": "must be the ARN of a managed policy: arn:aws:iam::<account>:policy/<name>",
    },
    "SubnetIds": {
        "Type": "CommaDelimitedList",
        "Description": "The subnets that the function runs in, separated by commas. It has to reach OpenSearch "
        "Service, S3, Lambda and CloudFormation from there. Default: it runs outside of any VPC",
        "Default": "",
        "AllowedPattern": r"^(subnet-[0-9a-f]+)?$",
        "ConstraintDescription": "must be ids of subnets: subnet-<hexadecimal digits>",
    },
    "SecurityGroupIds": {
        "Type": "CommaDelimitedList",
        "Description": "The security groups of the function, separated by commas; needed where SubnetIds are given",
        "Default": "",
        "AllowedPattern": r"^(sg-[0-9a-f]+)?$",
        "ConstraintDescription": "must be ids of security groups: sg-<hexadecimal digits>",
    },
    "StagingBucketName": {
        "Type": "String",
        "Description": "A bucket of your own in this account and Region, unversioned, for the copies that live for the "
        "minutes of an import. Default: a new one",
        "Default": "",
        "AllowedPattern": r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        "ConstraintDescription": "must be the name of a bucket",
    },
}


def _given(parameter: str) -> dict[str, Any]:
    value: dict[str, Any] = {"Ref": parameter}
    if PARAMETERS[parameter]["Type"] == "CommaDelimitedList":
        value = {"Fn::Join": ["", value]}
    return {"Fn::Not": [{"Fn::Equals": [value, ""]}]}


READS_OBJECTS = "ReadsObjects"
DECRYPTS_OBJECTS = "DecryptsObjects"
ENCRYPTS_PACKAGES = "EncryptsPackages"
CHANGES_DOMAINS = "ChangesDomains"
PASSES_ROLES = "PassesKeyAccessRoles"
HAS_BOUNDARY = "HasPermissionsBoundary"
IN_VPC = "RunsInVpc"
NEW_BUCKET = "NeedsStagingBucket"

CONDITIONS: dict[str, dict[str, Any]] = {
    READS_OBJECTS: _given("ObjectArns"),
    DECRYPTS_OBJECTS: _given("ObjectKeyArns"),
    ENCRYPTS_PACKAGES: _given("PackageKeyArns"),
    CHANGES_DOMAINS: _given("DomainArns"),
    PASSES_ROLES: _given("KeyAccessRoleArns"),
    HAS_BOUNDARY: _given("PermissionsBoundaryArn"),
    # Either of the two: one without the other is refused by Lambda, and not silently left out.
    IN_VPC: {"Fn::Or": [_given("SubnetIds"), _given("SecurityGroupIds")]},
    NEW_BUCKET: {"Fn::Equals": [{"Ref": "StagingBucketName"}, ""]},
}

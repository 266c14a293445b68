"""`templates/provider.yaml`: the provider as the construct library makes it, as a template for a person to read.

The library makes the resources, with placeholders in the place of what the template's parameters say. Here the
parameters take the place of the placeholders; what is only in the way of a reader goes.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import App, CfnResource, Fn, Stack
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import Domain
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import PackageProvider
from cdk_opensearch_packages.association_policy import AssociationPolicy
from cdk_opensearch_packages.domain import AssociatedDomain
from cdk_opensearch_packages.package_policy import PackagePolicy
from cdk_opensearch_packages.policies import provider_statements
from cdk_opensearch_packages.source import S3Object
from cdk_opensearch_packages.staging_bucket import StagingBucket
from release.template import parameters
from release.template.synthesized import declare, synthesized
from release.template.tidy import readable, shorten_names, tidy

FUNCTION_CODE = "function.zip"  # beside the template, in a checkout and in the release's archive
_NOTHING = {"Ref": "AWS::NoValue"}
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/placeholder"
_DOMAIN = "arn:aws:es:eu-west-1:123456789012:domain/placeholder"
_ROLE = "arn:aws:iam::123456789012:role/placeholder"
# The statements of the library's policy that a parameter decides about: the condition, and what they are about.
_DECIDED = {
    "ReadObjectVersions": (parameters.READS_OBJECTS, "ObjectArns"),
    "DecryptObjects": (parameters.DECRYPTS_OBJECTS, "ObjectKeyArns"),
    "EncryptPackages": (parameters.ENCRYPTS_PACKAGES, "PackageKeyArns"),
    "AssociatePackages": (parameters.CHANGES_DOMAINS, "DomainArns"),
    "PassKeyAccessRoles": (parameters.PASSES_ROLES, "KeyAccessRoleArns"),
}
_ANY_STACK = {"Fn::Sub": "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*"}


COMMENTS = {
    "": """The provider: the function that serves Custom::OpenSearchPackage and Custom::OpenSearchPackageAssociation,
and what it needs.
Made by `make templates` from the construct library: change it there.

  aws cloudformation package --template-file provider.yaml --s3-bucket <bucket> --output-template-file packaged.yaml
  aws cloudformation deploy --template-file packaged.yaml --stack-name <name> --capabilities CAPABILITY_IAM

Resources of other stacks use it with `ServiceToken: !ImportValue <name>-ServiceToken`.""",
    "Resources.Function": "CloudFormation invokes it for each request. Its code is the file beside this template, "
    "which `aws cloudformation package` uploads; cfn-lint would warn that this is needed. In a VPC Lambda asks for the "
    "permissions first, hence DependsOn.",
    "Resources.EventInvokeConfig": "Lambda delivers a failed request again, but none that CloudFormation has given up.",
    "Resources.StagingBucket": "Copies of what the service may not be able to read as it is, for the minutes of an "
    "import. The function removes them, and the rule removes what a function that died has left.",
    "Resources.Policy": "What the function does whatever its packages are. IAM knows no ARNs for packages.",
    "Resources.SelfInvokePolicy": "A request that takes longer than an invocation continues in a further one.",
    "Resources.PackagePolicy": "What the function does for the packages of the account's stacks: ask whether "
    "CloudFormation still waits for a request, read what they are imported from, use their keys, put them on domains.",
}


def provider_template() -> dict[str, Any]:
    """The template's sections, in the order in which a person reads them."""
    made = synthesized(_declare_provider)
    _put_domains_into_the_one_policy(made)
    resources = tidy(made)
    _decide_statements(resources["PackagePolicy"])
    _allow_network_interfaces(resources["Policy"])
    resources["Function"]["Properties"]["Code"] = FUNCTION_CODE
    # cfn-lint warns that such a template needs `aws cloudformation package`.
    resources["Function"]["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["W3002"]}}}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Manages packages of Amazon OpenSearch Service and puts them on domains: serves "
        "Custom::OpenSearchPackage and Custom::OpenSearchPackageAssociation",
        "Parameters": parameters.PARAMETERS,
        "Conditions": parameters.CONDITIONS,
        "Resources": resources,
        "Outputs": {
            "ServiceToken": {
                "Description": "The ServiceToken of packages and associations; other stacks import it",
                "Value": {"Fn::GetAtt": ["Function", "Arn"]},
                "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-ServiceToken"}},
            },
            "RoleArn": {
                "Description": "The role that needs to read what packages are imported from",
                "Value": {"Fn::GetAtt": ["Role", "Arn"]},
                "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-RoleArn"}},
            },
        },
    }


def _declare_provider(stack: Stack) -> None:
    declare(stack, parameters.PARAMETERS, parameters.CONDITIONS)
    new = StagingBucket(stack, "StagingBucket")
    name = Fn.condition_if(parameters.NEW_BUCKET, new.bucket_name, Fn.ref("StagingBucketName")).to_string()
    provider = PackageProvider(stack, "Provider", staging_bucket=Bucket.from_bucket_name(stack, "AnyBucket", name))
    for resource in (new, new.policy):
        _resource(resource).add_override("Condition", parameters.NEW_BUCKET)
    _resource(provider.node.find_child("LogGroup")).add_property_override(
        "RetentionInDays", {"Ref": "LogRetentionInDays"}
    )
    boundary = _if(parameters.HAS_BOUNDARY, {"Ref": "PermissionsBoundaryArn"})
    _resource(provider.role).add_property_override("PermissionsBoundary", boundary)
    function = _resource(provider.function)
    network = {"SubnetIds": {"Ref": "SubnetIds"}, "SecurityGroupIds": {"Ref": "SecurityGroupIds"}}
    function.add_property_override("VpcConfig", _if(parameters.IN_VPC, network))
    _declare_policy(stack, provider)
    shorten_names(stack)


def _declare_policy(stack: Stack, provider: PackageProvider) -> None:
    """What the library allows for packages that come from objects, are encrypted, and are put on domains."""
    key = Key.from_key_arn(stack, "Key", _KEY)
    bucket = Bucket.from_bucket_attributes(stack, "Objects", bucket_name="placeholder", encryption_key=key)
    policy = PackagePolicy.get_or_create(stack, provider)
    policy.read_object(S3Object(bucket, "placeholder", version="any", account=stack.account))
    policy.encrypt_packages(key)
    domain = Domain.from_domain_attributes(stack, "Domain", domain_arn=_DOMAIN, domain_endpoint="placeholder")
    of_domain = AssociationPolicy.get_or_create(stack, provider, AssociatedDomain(domain, "placeholder", _DOMAIN))
    of_domain.associate_packages(_DOMAIN)
    of_domain.pass_key_access_role(_ROLE)


def _put_domains_into_the_one_policy(resources: dict[str, Any]) -> None:
    """The library has a policy for each domain; here all of them are one parameter."""
    statements = resources.pop("AssociationPolicy")["Properties"]["PolicyDocument"]["Statement"]
    for statement in statements:
        sid = "PassKeyAccessRoles" if statement["Action"] == "iam:PassRole" else "AssociatePackages"
        resources["PackagePolicy"]["Properties"]["PolicyDocument"]["Statement"].append({"Sid": sid, **statement})


def _decide_statements(policy: dict[str, Any]) -> None:
    document = policy["Properties"]["PolicyDocument"]
    for index, statement in enumerate(document["Statement"]):
        if statement["Sid"] == "DescribeStack":
            # Which stacks will have packages is not known here.
            statement["Resource"] = _ANY_STACK
            continue
        condition, about = _DECIDED[statement["Sid"]]
        statement["Resource"] = {"Ref": about}
        document["Statement"][index] = _if(condition, statement)


def _allow_network_interfaces(policy: dict[str, Any]) -> None:
    """What the library allows in a VPC only, where the function runs in one."""
    stack = Stack(App(), "Stack")
    provider = PackageProvider(stack, "Provider")
    inside, outside = (
        stack.resolve([one.to_statement_json() for one in _statements(provider, in_vpc=in_vpc)])
        for in_vpc in (True, False)
    )
    policy["Properties"]["PolicyDocument"]["Statement"] += [
        _if(parameters.IN_VPC, readable(one)) for one in inside if one not in outside
    ]


def _statements(provider: PackageProvider, *, in_vpc: bool) -> list[PolicyStatement]:
    log_group: Any = provider.node.find_child("LogGroup")
    return provider_statements(log_group, provider.staging_bucket, in_vpc=in_vpc)


def _resource(construct: Any) -> CfnResource:
    found: CfnResource = construct.node.default_child
    return found


def _if(condition: str, value: object) -> dict[str, Any]:
    return {"Fn::If": [condition, value, _NOTHING]}

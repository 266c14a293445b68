"""What associations add to the role of their provider: a policy for each domain, which goes after the last of them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, Stack, Stage, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import Domain, EngineVersion, IDomain
from cdk_nag import AwsSolutionsChecks
from constructs import Construct

from cdk_opensearch_packages import AssociatedPackage, IPackage, Package, PackageProvider, PackageSource
from tests.unit.infrastructure.stacks import (
    association,
    association_policies_of,
    dictionary,
    errors_of,
    existing_domain,
    existing_provider,
    granted_provider,
    new_domain,
    new_stack,
    package_policies_of,
    resources_of,
    warnings_of,
)

TYPE, POLICY = "Custom::OpenSearchPackageAssociation", "AWS::IAM::Policy"
ASSOCIATE = [
    "es:AssociatePackages",
    "es:DescribeDomain",
    "es:DescribeDomainChangeProgress",
    "es:DissociatePackages",
    "es:ListPackagesForDomain",
]
KEYS_ARN = "arn:aws:iam::123456789012:role/keys"


def by_id(stack: Stack, package_id: str = "F1") -> IPackage:
    """A package that adds nothing to the template."""
    found: Any = stack.node.try_find_child(package_id)
    package: IPackage = found or Package.from_package_id(stack, package_id, package_id)
    return package


def statements_of(stack: Stack) -> list[list[Mapping[str, Any]]]:
    """The statements of each of a stack's association policies."""
    documents = [policy["Properties"]["PolicyDocument"] for policy in association_policies_of(stack).values()]
    return [document["Statement"] for document in documents]


def named_domain(scope: Stack, name: str) -> Domain:
    """A domain that the app makes, always by the same construct."""
    return Domain(scope, "Domain", version=EngineVersion.OPENSEARCH_2_17, domain_name=name)


class TestWhatIsAllowed:
    def test_packages_may_be_associated_with_exactly_the_domains_of_the_stack(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        association(stack, [by_id(stack)], "First", domain=domain)
        association(stack, [by_id(stack)], "Second", domain=existing_domain(stack))

        allowed = {"Effect": "Allow", "Action": ASSOCIATE}
        assert statements_of(stack) == [
            [{**allowed, "Resource": stack.resolve(domain.domain_arn)}],
            [{**allowed, "Resource": "arn:aws:es:eu-west-1:123456789012:domain/shop"}],
        ]

    def test_the_associations_of_one_domain_share_what_is_allowed_there(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        for package_id in ("F1", "F2"):
            association(stack, [by_id(stack, package_id)], f"A{package_id}", domain=domain)

        (statements,) = statements_of(stack)
        assert [one["Resource"] for one in statements] == [stack.resolve(domain.domain_arn)]

    def test_one_domain_that_is_imported_in_two_ways_is_allowed_as_either_says(self) -> None:
        stack = new_stack()
        endpoint = "https://search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com"
        by_endpoint = Domain.from_domain_endpoint(stack, "ByEndpoint", endpoint)
        association(stack, [by_id(stack, "F1")], "First", domain=existing_domain(stack))
        association(stack, [by_id(stack, "F2")], "Second", domain=by_endpoint)

        (statements,) = statements_of(stack)
        arns = [
            "arn:aws:es:eu-west-1:123456789012:domain/shop",
            stack.resolve(stack.format_arn(service="es", resource="domain", resource_name="shop")),
        ]
        assert [one["Resource"] for one in statements] == [arns]

    def test_domains_that_two_stacks_call_the_same_are_all_allowed(self) -> None:
        app = App()
        domains = [new_domain(Stack(app, name)) for name in ("First", "Second")]
        stack = Stack(app, "Stack")
        for domain in domains:
            association(stack, [by_id(stack)], Stack.of(domain).stack_name, domain=domain)

        first, second = statements_of(stack)
        assert "First:ExportsOutput" in json.dumps(first)
        assert "Second:ExportsOutput" in json.dumps(second)

    def test_a_role_for_keys_may_be_passed_on_and_no_other(self) -> None:
        stack = new_stack()
        role = iam.Role.from_role_arn(stack, "Keys", KEYS_ARN)
        domain = existing_domain(stack)
        for package_id in ("F1", "F2"):
            packages = [AssociatedPackage(by_id(stack, package_id), key_access_role=role)]
            association(stack, packages, f"A{package_id}", domain=domain)
        association(stack, [by_id(stack)], "Without", domain=existing_domain(stack, "other"))

        with_role, without = statements_of(stack)
        assert with_role[1:] == [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": KEYS_ARN}]
        assert without[1:] == []

    def test_the_grants_of_an_association_pass_cdk_nag(self) -> None:
        app = App()
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        stack = Stack(app, "Stack")
        role = iam.Role.from_role_arn(stack, "Keys", KEYS_ARN)
        package = AssociatedPackage(by_id(stack), key_access_role=role)
        association(stack, [package, dictionary(stack)], provider=PackageProvider.get_or_create(stack))

        Template.from_stack(stack)

    def test_where_the_role_of_a_provider_is_not_known_a_warning_shows_each_statement(self) -> None:
        stack = new_stack()
        role = iam.Role.from_role_arn(stack, "Keys", KEYS_ARN)
        package = AssociatedPackage(by_id(stack), key_access_role=role)
        association(stack, [package], provider=existing_provider(stack))

        assert resources_of(stack, POLICY) == {}
        (told,) = (one for one in warnings_of(stack) if "es:AssociatePackages" in one)
        assert "arn:aws:es:eu-west-1:123456789012:domain/shop" in told
        (told,) = (one for one in warnings_of(stack) if "iam:PassRole" in one)
        assert KEYS_ARN in told


def test_the_report_of_roles_that_somebody_else_makes_names_what_associations_need(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    iam.Role.customize_roles(app, use_precreated_roles={"Stack/OpenSearchPackageProvider/Role": "provider"})
    stack = Stack(app, "Stack")
    domain, provider = existing_domain(stack), PackageProvider.get_or_create(stack)
    association(stack, [by_id(stack, "F1")], "First", domain=domain, provider=provider)
    role = iam.Role.from_role_arn(stack, "Keys", KEYS_ARN)
    later = AssociatedPackage(by_id(stack, "F2"), key_access_role=role)
    association(stack, [later], "Second", domain=domain, provider=provider)
    app.synth()

    report = (tmp_path / "iam-policy-report.txt").read_text()
    for needed in (*ASSOCIATE, "domain/shop", "iam:PassRole", KEYS_ARN):
        assert report.count(f'{needed}"') == 1


def stack_with(domains: Mapping[str, str], *, made_here: bool = False, package: bool = False) -> Mapping[str, Any]:
    """The resources of a stack: an association for each construct id, with the domain of that name."""
    stack = new_stack()
    words = dictionary(stack, provider=granted_provider(stack)) if package else by_id(stack)
    for construct_id, name in domains.items():
        domain = named_domain(stack, name) if made_here else existing_domain(stack, name)
        association(stack, [words], construct_id, domain=domain)
    resources: Mapping[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    return resources


def granting(resources: Mapping[str, Any], association_id: str) -> set[str]:
    """The policies that an association of a template depends on, but for what all custom resources need."""
    (depends_on,) = (one["DependsOn"] for name, one in resources.items() if name.startswith(association_id))
    depends_on = [depends_on] if isinstance(depends_on, str) else depends_on
    return {one for one in depends_on if one.startswith("OpenSearchAssociationPolicy")}


class TestTheCleanUpOfAnUpdate:
    """CloudFormation changes and makes what the new template has, and only then deletes what it has not.

    It deletes in the opposite order of the old template's dependencies. So what is allowed is still allowed when the
    Delete of an association arrives if the association depends on its policy and the new template has no such policy.
    """

    def test_an_association_that_leaves_the_stack_may_still_take_its_packages_off(self) -> None:
        before = stack_with({"Leaves": "first", "Stays": "second"})
        after = stack_with({"Stays": "second"})

        assert len(granting(before, "Leaves")) == 1
        assert not granting(before, "Leaves") & after.keys()

    @pytest.mark.parametrize("made_here", [False, True])
    def test_an_association_that_gets_another_domain_may_still_take_its_packages_off_the_old_one(
        self, made_here: bool
    ) -> None:
        before, after = (stack_with({"Shop": name}, made_here=made_here) for name in ("first", "second"))

        assert len(granting(before, "Shop")) == 1
        assert not granting(before, "Shop") & after.keys()
        assert len(granting(after, "Shop")) == 1
        assert not granting(after, "Shop") & before.keys(), "and so may its rollback"

    def test_the_only_association_may_still_take_its_packages_off(self) -> None:
        before, after = stack_with({"Leaves": "first"}, package=True), stack_with({}, package=True)

        assert len(granting(before, "Leaves")) == 1
        assert not granting(before, "Leaves") & after.keys()

    def test_what_stays_is_not_changed(self) -> None:
        before = stack_with({"Leaves": "first", "Stays": "second"}, package=True)
        after = stack_with({"Stays": "second"}, package=True)

        assert {name: one for name, one in before.items() if name in after} == after

    def test_the_policy_is_there_before_the_association_and_the_domain_stays_until_the_policy_has_gone(self) -> None:
        stack = new_stack()
        association(stack, [by_id(stack)], domain=new_domain(stack))

        resources = Template.from_stack(stack).to_json()["Resources"]
        (policy,) = granting(resources, "Association")
        assert needs(resources, policy) >= set(resources_of(stack, "AWS::OpenSearchService::Domain"))

    def test_an_association_in_the_construct_of_its_domain_has_no_cycle(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        association(domain, [by_id(stack)], domain=domain, provider=granted_provider(stack))

        # CDK refuses a template with a cycle.
        assert len(association_policies_of(stack)) == 1


def needs(resources: Mapping[str, Any], logical_id: str) -> set[str]:
    """What CloudFormation makes before it makes this, directly or not."""
    found: set[str] = set()
    to_do = [logical_id]
    while to_do:
        to_do += set(references(resources[to_do.pop()])) & (resources.keys() - found)
        found |= {*to_do}
    return found


def references(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case dict():
            depends_on = value.get("DependsOn", [])
            yield from [depends_on] if isinstance(depends_on, str) else depends_on
            for one in value.values():
                yield from references(one)
        case list():
            for one in value:
                yield from references(one)


def test_packages_do_not_wait_for_the_domain_of_their_stack() -> None:
    stack = new_stack()
    domain = new_domain(stack)
    package = dictionary(stack)
    association(stack, [package], domain=domain, provider=PackageProvider.get_or_create(stack))

    resources = Template.from_stack(stack).to_json()["Resources"]
    (domain_id,) = resources_of(stack, "AWS::OpenSearchService::Domain")
    (package_id,) = resources_of(stack, "Custom::OpenSearchPackage")
    (association_id,) = resources_of(stack, TYPE)
    assert domain_id in needs(resources, association_id)
    assert domain_id not in needs(resources, package_id)


def test_only_the_associations_with_a_domain_need_its_policy() -> None:
    stack = new_stack()
    domain = new_domain(stack)
    package = dictionary(stack)
    provider = PackageProvider.get_or_create(stack)
    for number in range(2):
        association(stack, [by_id(stack, f"F{number}")], f"A{number}", domain=domain, provider=provider)
    association(stack, [package], "Other", domain=existing_domain(stack), provider=provider)

    resources = Template.from_stack(stack).to_json()["Resources"]
    (policy,) = granting(resources, "A0")
    dependent = {name for name in resources if policy in needs(resources, name)}
    assert dependent == {name for name in resources_of(stack, TYPE) if name.startswith("A")}


class TestIdentity:
    """Logical ids are public: another one is another resource."""

    def test_the_logical_ids_never_change(self) -> None:
        stack = new_stack()
        package = dictionary(stack)
        provider = PackageProvider.get_or_create(stack)
        for number, domain in enumerate((existing_domain(stack), new_domain(stack))):
            association(stack, [package], f"A{number}", domain=domain, provider=provider)

        assert list(association_policies_of(stack)) == [
            "OpenSearchAssociationPolicyf4c08978PolicyFD5128A7",
            "OpenSearchAssociationPolicy90a37068PolicyE519822F",
        ]

    def test_they_follow_the_domain_and_neither_the_association_nor_the_construct_of_an_import(self) -> None:
        ids = set()
        for construct_id, made_first in (("One", False), ("Two", True)):
            stack = new_stack()
            if made_first:
                association(stack, [by_id(stack)], "First", domain=existing_domain(stack, "other"))
            arn = "arn:aws:es:eu-west-1:123456789012:domain/shop"
            domain = Domain.from_domain_attributes(stack, construct_id, domain_arn=arn, domain_endpoint="")
            association(stack, [by_id(stack)], f"{construct_id}Association", domain=domain)
            ids.add(list(association_policies_of(stack))[-1])

        assert len(ids) == 1

    def test_a_domain_that_synthesis_has_no_name_for_goes_by_its_construct(self) -> None:
        stack = new_stack()
        domains: list[IDomain] = [new_domain(stack, f"Made{number}") for number in range(2)]
        for number in range(2):
            arn = CfnParameter(stack, f"Arn{number}").value_as_string
            domain = Domain.from_domain_attributes(stack, f"Domain{number}", domain_arn=arn, domain_endpoint="")
            domains.append(domain)
        for number, domain in enumerate(domains):
            association(stack, [by_id(stack)], f"A{number}", domain=domain)

        assert len(association_policies_of(stack)) == 4

    def test_the_same_stack_has_the_same_logical_ids_in_every_stage(self) -> None:
        ids = set()
        app = App()
        for name in ("Beta", "Production"):
            stage = Stage(app, name)
            provider = granted_provider(Stack(stage, "Platform"))
            domain = new_domain(Stack(stage, "Domains"))
            stack = Stack(stage, "Stack")
            association(stack, [by_id(stack)], "OfAnotherStack", domain=domain, provider=provider)
            association(stack, [by_id(stack)], "OfThisStack", domain=new_domain(stack), provider=provider)
            ids.add(tuple(association_policies_of(stack)))

        assert [len(one) for one in ids] == [2]

    @pytest.mark.parametrize("stack_name", ["Stack", "A" * 128])
    def test_no_policy_of_a_role_has_the_name_of_another(self, stack_name: str) -> None:
        app = App()
        provider = PackageProvider(Stack(app, "Shared"), "Provider")
        stacks = [Stack(app, f"{stack_name[:-1]}{letter}") for letter in "ab"]
        for stack in stacks:
            dictionary(stack, package_name=f"synonyms-{stack.stack_name[-1]}", provider=provider)
            for name in ("first", "second"):
                association(stack, [by_id(stack)], f"A{name}", domain=existing_domain(stack, name), provider=provider)

        policies = [policy for stack in stacks for policy in resources_of(stack, POLICY).values()]
        names = [json.dumps(policy["Properties"]["PolicyName"]) for policy in policies]
        assert len(set(names)) == len(names) == 6
        # What one app deploys twice, under two names, is told apart by the stack's id.
        assert all('{"Ref": "AWS::StackId"}' in name for name in names)
        fixed = [policy["Properties"]["PolicyName"]["Fn::Join"][1][0] for policy in policies]
        assert all(len(f"{one}-01234567-89ab-cdef-0123-456789abcdef") <= 128 for one in fixed)

    def test_two_providers_have_a_policy_each(self) -> None:
        stack = new_stack()
        domain = existing_domain(stack)
        for number, provider in enumerate((PackageProvider.get_or_create(stack), PackageProvider(stack, "Other"))):
            association(stack, [by_id(stack, f"F{number}")], f"A{number}", domain=domain, provider=provider)

        roles = [policy["Properties"]["Roles"][0]["Ref"] for policy in association_policies_of(stack).values()]
        assert len(set(roles)) == 2


def test_stacks_can_share_a_provider_and_its_stack_knows_nothing_of_their_domains() -> None:
    app = App()
    shared = Stack(app, "Shared")
    provider = PackageProvider(shared, "Provider")
    stacks = [Stack(app, "First"), Stack(app, "Second")]
    for stack in stacks:
        association(stack, [by_id(stack)], domain=new_domain(stack), provider=provider)
    app.synth()

    assert shared.dependencies == []
    assert association_policies_of(shared) == {}
    for stack in stacks:
        (policy,) = association_policies_of(stack).values()
        assert "Fn::ImportValue" in str(policy["Properties"]["Roles"])


def test_a_nested_stack_has_the_policy_of_its_associations() -> None:
    parent = new_stack()
    nested = NestedStack(parent, "Nested")
    association(nested, [by_id(nested)], domain=new_domain(parent), provider=PackageProvider.get_or_create(parent))

    assert association_policies_of(parent) == {}
    assert len(association_policies_of(nested)) == 1


class TestSize:
    """A role's inline policies share 10,240 characters."""

    @pytest.mark.parametrize(("key_length", "domains"), [(160, 10), (40, 20)])
    def test_a_quota_of_packages_and_many_domains_fit_into_a_role(self, key_length: int, domains: int) -> None:
        stack = Stack(App(), "Stack", env={"region": "ap-northeast-1", "account": "123456789012"})
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "b" * 44)
        for number in range(25):
            source = PackageSource.from_bucket(bucket, f"{number:0{key_length}}", object_version="v" * 32)
            dictionary(stack, f"P{number}", source=source)
        provider = PackageProvider.get_or_create(stack)
        for number in range(domains):
            endpoint = f"https://search-d{number:027}-2w2x2u3tifly.ap-northeast-1.es.amazonaws.com"
            domain = Domain.from_domain_endpoint(stack, f"Domain{number}", endpoint)
            association(stack, [by_id(stack)], f"A{number}", domain=domain, provider=provider)

        documents = [policy["Properties"]["PolicyDocument"] for policy in resources_of(stack, POLICY).values()]
        written = [json.dumps(as_deployed(document), separators=(",", ":")) for document in documents]
        assert sum(map(len, written)) < 10_240
        assert sum(document.count(f":domain/d{'0' * 25}") for document in written) == domains
        assert errors_of(stack) == []

    def test_more_domains_than_a_role_holds_are_one_error_at_synthesis(self) -> None:
        stack = new_stack()
        for number in range(40):
            association(
                stack,
                [by_id(stack)],
                f"A{number}",
                domain=existing_domain(stack, f"d{number:027}"),
                provider=PackageProvider.get_or_create(stack),
            )

        (told,) = errors_of(stack)
        assert "'provider' has a role whose inline policies hold 10,240 characters, got at least 1" in told
        assert "for its packages and associations in this app; give some of them another provider" in told

    def test_a_further_package_of_an_association_adds_nothing(self) -> None:
        policies = []
        for ids in (["F1"], ["F1", "F2"]):
            stack = new_stack()
            association(stack, [by_id(stack, package_id) for package_id in ids])
            policies.append(resources_of(stack, POLICY))

        assert policies[0] == policies[1]
        assert len(package_policies_of(stack)) == 1


def as_deployed(value: Any) -> Any:
    """A policy as it is deployed, with a long ARN in the place of each one that only CloudFormation knows."""
    match value:
        case {"Ref": "AWS::Partition"}:
            return "aws-cn"
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return "x" * 150
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(as_deployed, parts))
        case dict():
            return {key: as_deployed(one) for key, one in value.items()}
        case list():
            return [as_deployed(one) for one in value]
        case _:
            return value


class TestUnderACondition:
    """CloudFormation refuses a template where a resource refers to one that is not there."""

    def test_the_policy_of_associations_under_one_condition_is_under_it_too(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        self._under(condition_of(stack), domain, association(stack, [by_id(stack)], domain=domain))
        [policy] = association_policies_of(stack).values()
        assert policy["Condition"] == "HasSearch"

    def test_the_policy_stays_where_another_association_of_the_domain_does(self) -> None:
        stack = new_stack()
        domain = existing_domain(stack)
        first = association(stack, [by_id(stack)], "First", domain=domain)
        association(stack, [by_id(stack, "F2")], "Second", domain=domain)
        self._under(condition_of(stack), first)
        [policy] = association_policies_of(stack).values()
        assert "Condition" not in policy

    def _under(self, condition: CfnCondition, *constructs: Construct) -> None:
        for one in constructs:
            resource = one.node.default_child
            assert isinstance(resource, CfnResource)
            resource.cfn_options.condition = condition


def condition_of(stack: Stack) -> CfnCondition:
    """A condition that a parameter decides."""
    wanted = CfnParameter(stack, "Wanted", default="yes", allowed_values=["yes", "no"])
    return CfnCondition(stack, "HasSearch", expression=Fn.condition_equals(wanted, "yes"))

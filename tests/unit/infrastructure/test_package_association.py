"""What an association says in a template, and the mistakes that synthesis reports."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, CfnParameter, CfnResource, Duration, RemovalPolicy, Resource, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchservice as opensearch
from aws_cdk.assertions import Template
from aws_cdk.aws_opensearchservice import Domain, EngineVersion
from constructs import Construct

from cdk_opensearch_packages import AssociatedPackage, IPackage, Package, PackageAssociation, PackageProvider
from tests.unit.infrastructure.stacks import (
    PROVIDER_ARN,
    associated_in,
    association,
    association_policies_of,
    association_properties_of,
    dictionary,
    existing_domain,
    existing_provider,
    granted_provider,
    new_domain,
    new_stack,
    plugin,
    resources_of,
    the_only,
    warnings_of,
)

TYPE = "Custom::OpenSearchPackageAssociation"


def by_id(scope: Construct, package_id: str = "F1") -> IPackage:
    """A package that adds nothing to the template."""
    return Package.from_package_id(scope, f"Package-{package_id}", package_id)


def test_an_association_tells_the_provider_no_more_than_was_asked_for() -> None:
    stack = new_stack()
    PackageAssociation(
        stack,
        "Association",
        domain=existing_domain(stack),
        packages=[by_id(stack, "F123456789")],
        provider=existing_provider(stack),
    )

    assert association_properties_of(stack) == {
        "ServiceToken": PROVIDER_ARN,
        "ServiceTimeout": "3600",
        "DomainName": "shop",
        "Packages": [{"PackageID": "F123456789"}],
    }


def test_every_option_reaches_the_provider_under_the_name_of_the_api() -> None:
    stack = new_stack()
    analysis, license_ = by_id(stack, "pkg-1"), by_id(stack, "F2")
    nori = Package.from_package_name(stack, "Nori", "analysis-nori")
    role = iam.Role.from_role_arn(stack, "Keys", "arn:aws:iam::123456789012:role/keys")
    association(
        stack,
        [
            analysis,
            AssociatedPackage(license_, prerequisites=[analysis, nori], key_access_role=role),
            Package.from_package_attributes(stack, "Known", package_id="F3", package_version="v7"),
        ],
        wait=False,
        timeout=Duration.minutes(10),
    )

    assert association_properties_of(stack) == {
        "ServiceToken": PROVIDER_ARN,
        "ServiceTimeout": "600",
        "DomainName": "shop",
        "Packages": [
            {"PackageID": "pkg-1"},
            {
                "PackageID": "F2",
                "PrerequisitePackageIDList": ["pkg-1", "analysis-nori"],
                "AssociationConfiguration": {
                    "KeyStoreAccessOption": {
                        "KeyAccessRoleArn": "arn:aws:iam::123456789012:role/keys",
                        "KeyStoreAccessEnabled": True,
                    }
                },
            },
            {"PackageID": "F3", "PackageVersion": "v7"},
        ],
        "Wait": False,
    }


def test_a_new_version_of_a_package_reaches_the_domain_in_the_deployment_that_makes_it() -> None:
    stack = new_stack()
    association(stack, [dictionary(stack, provider=existing_provider(stack))])

    (package,) = resources_of(stack, "Custom::OpenSearchPackage")
    assert associated_in(stack) == [
        {"PackageID": {"Ref": package}, "PackageVersion": {"Fn::GetAtt": [package, "PackageVersion"]}}
    ]


def test_what_is_on_the_domain_is_known_of_each_package() -> None:
    stack = new_stack()
    first = dictionary(stack, provider=existing_provider(stack))
    second = Package.from_package_name(stack, "Nori", "analysis-nori")
    of = association(stack, [first, AssociatedPackage(second)])

    (logical_id,) = resources_of(stack, TYPE)
    for index, package in enumerate((first, second)):
        told = {
            "PackageID": of.package_id(package),
            "ReferencePath": of.reference_path(package),
            "PackageVersion": of.package_version(package),
            "DomainPackageStatus": of.domain_package_status(package),
        }
        for attribute, token in told.items():
            assert stack.resolve(token) == {"Fn::GetAtt": [logical_id, f"{attribute}.{index}"]}


def test_the_id_of_an_association_is_what_ref_gives() -> None:
    stack = new_stack()
    of = association(stack, [by_id(stack)])

    (logical_id,) = resources_of(stack, TYPE)
    assert stack.resolve(of.association_id) == {"Ref": logical_id}


def test_another_reference_to_the_same_package_is_as_good() -> None:
    stack = new_stack()
    first = by_id(stack)
    of = association(stack, [first])
    made = plugin(stack, package_name="my-nori", provider=granted_provider(stack))
    of_made = association(stack, [by_id(stack, "F2"), made], "Made", domain=existing_domain(stack, "other"))
    others = (
        (of, first, Package.from_package_id(stack, "Again", "F1")),
        (of_made, made, Package.from_package_id(stack, "ById", made.package_id)),
        (of_made, made, Package.from_package_name(stack, "ByName", "my-nori")),
    )

    for associated, package, other in others:
        assert stack.resolve(associated.reference_path(other)) == stack.resolve(associated.reference_path(package))


def test_a_package_that_is_not_in_the_list_is_an_error_that_names_it() -> None:
    stack = new_stack()
    of = association(stack, [by_id(stack, "F1"), by_id(stack, "F2")])
    other = by_id(stack, "F3")
    for method in (of.package_id, of.reference_path, of.package_version, of.domain_package_status):
        message = (
            "'package' must be one of the association's packages 'Stack/Package-F1', 'Stack/Package-F2', got "
            "'Stack/Package-F3'; add it to 'packages'"
        )
        with pytest.raises(ValueError, match=re.escape(message)):
            method(other)
        with pytest.raises(TypeError, match="'package' takes one of the association's packages, got 'F1' of type str"):
            method("F1")  # type: ignore[arg-type]


def test_the_packages_leave_the_domain_with_the_stack() -> None:
    stack = new_stack()
    association(stack, [by_id(stack)])

    resource = the_only(stack, TYPE)
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete"


@pytest.mark.parametrize("later", [False, True])
def test_the_packages_can_stay_on_the_domain(later: bool) -> None:
    stack = new_stack()
    options: dict[str, Any] = {} if later else {"removal_policy": RemovalPolicy.RETAIN}
    of = association(stack, [by_id(stack)], **options)
    if later:
        of.apply_removal_policy(RemovalPolicy.RETAIN)

    resource = the_only(stack, TYPE)
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_resource_can_be_overridden_through_the_default_child() -> None:
    stack = new_stack()
    child = association(stack, [by_id(stack)]).node.default_child
    assert isinstance(child, CfnResource)
    child.add_property_override("DomainName", "other")

    assert association_properties_of(stack)["DomainName"] == "other"


def test_the_provider_is_the_one_that_the_packages_of_the_stack_share() -> None:
    stack = new_stack()
    dictionary(stack)
    PackageAssociation(stack, "Association", domain=existing_domain(stack), packages=[by_id(stack)])

    Template.from_stack(stack).resource_count_is("AWS::Lambda::Function", 1)
    assert association_properties_of(stack)["ServiceToken"] == stack.resolve(
        PackageProvider.get_or_create(stack).service_token
    )


def test_the_provider_of_packages_is_the_same_with_an_association_and_without() -> None:
    resources = []
    for associated in (False, True):
        stack = new_stack()
        package = dictionary(stack)
        if associated:
            PackageAssociation(stack, "Association", domain=existing_domain(stack), packages=[package])
        resources.append(Template.from_stack(stack).to_json()["Resources"])
    before, after = resources

    added = after.keys() - before.keys()
    assert sorted(after[name]["Type"] for name in added) == ["AWS::IAM::Policy", TYPE]
    assert [name for name in before if before[name] != after[name]] == []


def test_the_logical_id_of_an_association_never_changes() -> None:
    stack = new_stack()
    association(stack, [by_id(stack)], "ShopSynonyms")

    assert list(resources_of(stack, TYPE)) == ["ShopSynonyms0E1ADFC5"]


class TestOrder:
    """CloudFormation goes on when what comes before is complete, and deletes in the opposite order."""

    def test_packages_come_to_the_domain_when_all_of_it_is_complete(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        association(stack, [by_id(stack)], domain=domain)
        # A change of the domain, which takes one at a time; and one that is made later than the association.
        domain.add_access_policies(
            iam.PolicyStatement(actions=["es:*"], principals=[iam.AccountRootPrincipal()], resources=["*"])
        )

        depends_on = the_only(stack, TYPE)["DependsOn"]
        assert set(resources_of(stack, "AWS::OpenSearchService::Domain")) < set(depends_on)
        assert set(resources_of(stack, "Custom::OpenSearchAccessPolicy")) < set(depends_on)
        assert association_properties_of(stack)["DomainName"] == stack.resolve(domain.domain_name)

    def test_an_association_comes_after_its_provider_and_its_grants(self) -> None:
        stack = new_stack()
        PackageAssociation(stack, "Association", domain=existing_domain(stack), packages=[by_id(stack)])

        depends_on = the_only(stack, TYPE)["DependsOn"]
        assert {*resources_of(stack, "AWS::IAM::Policy"), *resources_of(stack, "AWS::Lambda::Function")} < {*depends_on}

    def test_a_role_for_keys_is_complete_before(self) -> None:
        stack = new_stack()
        role = iam.Role(stack, "Keys", assumed_by=iam.ServicePrincipal("opensearchservice.amazonaws.com"))
        association(stack, [AssociatedPackage(by_id(stack), key_access_role=role)])
        role.add_to_policy(iam.PolicyStatement(actions=["kms:Decrypt"], resources=["*"]))

        assert {name for name in resources_of(stack, "AWS::IAM::Policy") if name.startswith("Keys")} < {
            *the_only(stack, TYPE)["DependsOn"]
        }

    def test_associations_within_the_construct_of_their_domain_do_not_wait_for_each_other(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        provider = granted_provider(stack)
        for package_id in ("F1", "F2"):
            association(domain, [by_id(stack, package_id)], f"A{package_id}", domain=domain, provider=provider)

        # CDK refuses a template with a cycle.
        for resource in Template.from_stack(stack).find_resources(TYPE).values():
            assert not set(resource["DependsOn"]) & set(resources_of(stack, TYPE))

    def test_an_association_can_wait_for_a_package_that_it_knows_by_name(self) -> None:
        stack = new_stack()
        package = plugin(stack, package_name="my-analysis", provider=granted_provider(stack))
        of = association(stack, [Package.from_package_name(stack, "ByName", "my-analysis")])
        of.node.add_dependency(package)

        assert set(resources_of(stack, "Custom::OpenSearchPackage")) < set(the_only(stack, TYPE)["DependsOn"])


class TestByName:
    """Packages whose id depends on the engine version of the domain."""

    def test_a_package_is_found_by_its_name(self) -> None:
        stack = new_stack()
        nori = Package.from_package_name(stack, "Nori", "analysis-nori")
        association(stack, [nori])

        assert associated_in(stack) == [{"PackageName": "analysis-nori"}]
        assert nori.package_version is None
        assert nori.stack == stack

    def test_it_has_no_id_before_it_is_associated(self) -> None:
        nori = Package.from_package_name(new_stack(), "Nori", "analysis-nori")
        message = (
            "'package_id' is not known of the package 'analysis-nori' before it is associated, because 'Stack/Nori' "
            "refers to it by its name; use association.package_id(package)"
        )
        with pytest.raises(ValueError, match=re.escape(message)):
            _ = nori.package_id

    def test_the_name_may_be_a_token(self) -> None:
        stack = new_stack()
        name = CfnParameter(stack, "Name").value_as_string
        named = Package.from_package_name(stack, "Named", name)
        association(stack, [named])

        assert associated_in(stack) == [{"PackageName": {"Ref": "Name"}}]
        with pytest.raises(ValueError, match="is not known of the package before it is associated, because 'Stack/Nam"):
            _ = named.package_id

    @pytest.mark.parametrize("name", ["Nori", "no", "", "n" * 257, "analysis_nori", "nori\n", "G123456789"])
    def test_what_cannot_be_a_name_is_an_error_that_says_how_names_look(self, name: str) -> None:
        message = (
            f"'package_name' must have 3 to 256 characters.*got '{name}'.*; aws opensearch describe-packages shows"
        )
        with pytest.raises(ValueError, match=re.compile(message, re.DOTALL)):
            Package.from_package_name(new_stack(), "Nori", name)

    def test_a_name_of_another_type_is_an_error(self) -> None:
        for name in (None, 5):
            with pytest.raises(TypeError, match=f"'package_name' takes a string, got {name}"):
                Package.from_package_name(new_stack(), "Nori", name)  # type: ignore[arg-type]


class TestDomain:
    """Whatever kind of construct stands for the domain."""

    @pytest.mark.parametrize(
        ("endpoint", "name"),
        [
            ("https://search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com", "shop"),
            ("https://vpc-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com", "shop"),
            ("https://search-search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com", "search-shop"),
            ("https://shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com", "shop"),
        ],
    )
    def test_a_domain_that_is_imported_by_its_endpoint_goes_by_its_own_name(self, endpoint: str, name: str) -> None:
        stack = new_stack()
        association(stack, [by_id(stack)], domain=Domain.from_domain_endpoint(stack, "Domain", endpoint))

        assert association_properties_of(stack)["DomainName"] == name
        arn = stack.resolve(stack.format_arn(service="es", resource="domain", resource_name=name))
        (policy,) = association_policies_of(stack).values()
        assert arn in [statement["Resource"] for statement in policy["Properties"]["PolicyDocument"]["Statement"]]

    def test_a_name_that_begins_like_an_endpoint_stays(self) -> None:
        stack = new_stack()
        domain = Domain.from_domain_attributes(
            stack,
            "Domain",
            domain_arn="arn:aws:es:eu-west-1:123456789012:domain/search-shop",
            domain_endpoint="https://search-search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com",
        )
        association(stack, [by_id(stack)], domain=domain)

        assert association_properties_of(stack)["DomainName"] == "search-shop"

    def test_a_domain_that_is_known_at_deployment_only_is_taken(self) -> None:
        stack = Stack(App(), "Stack", env={"region": "eu-west-1", "account": "123456789012"})
        arn = CfnParameter(stack, "Arn").value_as_string
        domain = Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint="")
        association(stack, [by_id(stack)], domain=domain)

        assert association_properties_of(stack)["DomainName"] == stack.resolve(domain.domain_name)

    def test_a_domain_of_another_stack_of_the_app_is_taken(self) -> None:
        app = App()
        domain = new_domain(Stack(app, "Domains"))
        stack = Stack(app, "Stack")
        association(stack, [by_id(stack)], domain=domain)

        assert "Fn::ImportValue" in association_properties_of(stack)["DomainName"]
        assert stack.dependencies == [Stack.of(domain)]

    @pytest.mark.parametrize(
        ("arn", "message"),
        [
            (
                "arn:aws:es:us-east-1:123456789012:domain/shop",
                "'domain' must be in the stack's Region eu-west-1, got one in us-east-1; use one in eu-west-1",
            ),
            (
                "arn:aws:es:eu-west-1:210987654321:domain/shop",
                "'domain' must be in the stack's account 123456789012, got one in 210987654321; use one in 1234",
            ),
        ],
    )
    def test_a_domain_of_another_account_or_region_is_an_error(self, arn: str, message: str) -> None:
        here = Stack(App(), "Stack", env={"region": "eu-west-1", "account": "123456789012"})
        domain = Domain.from_domain_attributes(here, "Domain", domain_arn=arn, domain_endpoint="")
        with pytest.raises(ValueError, match=message):
            association(here, [by_id(here)], domain=domain)

    @pytest.mark.parametrize(
        ("env", "message"),
        [
            ({"region": "us-east-1", "account": "123456789012"}, "Region eu-west-1, got one in us-east-1"),
            ({"region": "eu-west-1", "account": "210987654321"}, "account 123456789012, got one in 210987654321"),
        ],
    )
    def test_a_domain_that_the_app_makes_in_another_account_or_region_is_an_error(
        self, env: dict[str, str], message: str
    ) -> None:
        app = App()
        here = Stack(app, "Here", env={"region": "eu-west-1", "account": "123456789012"})
        domain = new_domain(Stack(app, "There", env=env))
        with pytest.raises(ValueError, match=f"'domain' must be in the stack's {message}"):
            association(here, [by_id(here)], domain=domain)

    @pytest.mark.parametrize("name", ["*", "shop/*", "sh", "s" * 29, "Shop", "1shop", "shop_1"])
    def test_a_name_that_no_domain_has_is_an_error(self, name: str) -> None:
        stack = new_stack()
        message = f"'domain' must have a name of 3 to 28 characters, .* got '{re.escape(name)}'; correct the ARN or the"
        with pytest.raises(ValueError, match=message):
            association(stack, [by_id(stack)], domain=existing_domain(stack, name))

    def test_what_is_no_domain_is_an_error(self) -> None:
        stack = new_stack()
        package, provider = by_id(stack), granted_provider(stack)
        for wrong in ("shop", None, Domain, opensearch.CfnDomain(stack, "Cfn"), Resource(stack, "Resource")):
            with pytest.raises(TypeError, match=r"^'domain' takes a domain of OpenSearch Service"):
                association(Construct(stack, str(wrong)), [package], domain=wrong, provider=provider)

    def test_partitions_are_those_of_the_stack(self) -> None:
        app = App(context={"@aws-cdk/core:enablePartitionLiterals": True})
        stack = Stack(app, "Stack", env={"region": "cn-north-1", "account": "123456789012"})
        domain = Domain.from_domain_endpoint(
            stack, "Domain", "https://search-shop-2w2x2u3tifly.cn-north-1.es.amazonaws.com.cn"
        )
        PackageAssociation(stack, "Association", domain=domain, packages=[by_id(stack)])

        template = str(Template.from_stack(stack).to_json())
        assert "arn:aws-cn:es:cn-north-1:123456789012:domain/shop'" in template
        assert "arn:aws:" not in template


class TestMistakes:
    """What would fail at deployment, or do harm there, is an error at synthesis."""

    @pytest.mark.parametrize(
        ("option", "value", "takes"),
        [
            ("wait", "true", "True or False, got 'true' of type str"),
            ("wait", None, "True or False, got None"),
            ("timeout", 60, r"a Duration, such as Duration\.minutes\(10\), got 60 of type int"),
            ("removal_policy", "retain", "a RemovalPolicy, got 'retain'"),
            ("provider", PROVIDER_ARN, "a PackageProvider, or what PackageProvider.from_service_token returns"),
        ],
    )
    def test_an_argument_of_another_type_is_an_error_that_says_what_the_option_takes(
        self, option: str, value: object, takes: str
    ) -> None:
        stack = new_stack()
        options: dict[str, Any] = {option: value}
        with pytest.raises(TypeError, match=f"^'{option}' takes {takes}"):
            association(stack, [by_id(stack)], **options)

    @pytest.mark.parametrize(
        ("timeout", "message"),
        [
            (Duration.seconds(59), "'timeout' must be from one minute to one hour, got 59 seconds"),
            (Duration.minutes(61), "got 3660 seconds"),
        ],
    )
    def test_a_timeout_out_of_range_is_an_error(self, timeout: Duration, message: str) -> None:
        stack = new_stack()
        with pytest.raises(ValueError, match=message):
            association(stack, [by_id(stack)], timeout=timeout)

    def test_packages_that_are_no_list_of_packages_are_an_error(self) -> None:
        stack = new_stack()
        package = by_id(stack)
        wrong: list[Any] = [
            package,
            AssociatedPackage(package),
            "F1",
            None,
            {package: 1},
            ["F1"],
            [package, None],
            [Package],
            [existing_domain(stack)],
            [[package]],
            Token.as_list({"Ref": "Packages"}),
            CfnParameter(stack, "Packages").value_as_string,
        ]
        for number, packages in enumerate(wrong):
            with pytest.raises(TypeError, match=r"^'packages' takes a list of packages, such as \[synonyms\], got "):
                association(stack, packages, f"A{number}", domain=existing_domain(Construct(stack, f"S{number}")))

    @pytest.mark.parametrize(
        ("count", "message"),
        [(0, "got 0; leave the association out"), (21, "got 21; take some of them out")],
    )
    def test_no_package_or_more_than_a_domain_takes_is_an_error(self, count: int, message: str) -> None:
        stack = new_stack()
        packages = [by_id(stack, f"F{number}") for number in range(count)]
        limit = "'packages' must have 1 to 20 packages, which is what a domain takes"
        with pytest.raises(ValueError, match=f"{limit}, {message}"):
            association(stack, packages)

    def test_as_many_packages_as_a_domain_takes_are_taken(self) -> None:
        stack = new_stack()
        association(stack, tuple(by_id(stack, f"F{number}") for number in range(20)))

        assert len(associated_in(stack)) == 20

    def test_the_same_package_twice_is_an_error(self) -> None:
        stack = new_stack()
        synonyms = dictionary(stack, provider=granted_provider(stack))
        names = [Package.from_package_name(stack, name, "analysis-nori") for name in ("NoriA", "NoriB")]
        ids = [by_id(stack), Package.from_package_id(stack, "Again", "F1")]
        id_of_synonyms = Package.from_package_id(stack, "ById", synonyms.package_id)
        made = plugin(stack, package_name="my-nori", provider=granted_provider(stack))
        name_of_made = Package.from_package_name(stack, "ByName", "my-nori")
        token = CfnParameter(stack, "Parameter").value_as_string
        parameters = [Package.from_package_id(stack, f"Parameter{number}", token) for number in range(2)]
        twice: tuple[tuple[list[Any], str], ...] = (
            ([synonyms, AssociatedPackage(synonyms)], "'Stack/Synonyms' twice"),
            (names, "'Stack/NoriA' and 'Stack/NoriB' for one package"),
            (ids, "'Stack/Package-F1' and 'Stack/Again' for one package"),
            ([synonyms, id_of_synonyms], "'Stack/Synonyms' and 'Stack/ById' for one package"),
            ([name_of_made, made], "'Stack/ByName' and 'Stack/Plugin' for one package"),
            (parameters, "'Stack/Parameter0' and 'Stack/Parameter1' for one package"),
        )
        for packages, got in twice:
            message = f"got {got}; take one of the two out"
            with pytest.raises(ValueError, match=f"'packages' must have each package once, {message}"):
                association(Construct(stack, message), packages, provider=granted_provider(stack))

    def test_two_associations_of_one_package_with_one_domain_are_an_error(self) -> None:
        stack = new_stack()
        domain = new_domain(stack)
        for number, package in enumerate(
            (dictionary(stack, provider=granted_provider(stack)), Package.from_package_name(stack, "Nori", "my-nori"))
        ):
            association(stack, [package], f"First{number}", domain=domain)
            message = (
                f"'packages' must have what no other association puts on the domain, got '{package.node.path}', which "
                f"'Stack/First{number}' has; take it out of one of the two"
            )
            with pytest.raises(ValueError, match=message):
                association(stack, [package], f"Second{number}", domain=domain)

    def test_the_same_domain_is_the_same_in_whatever_way_it_is_imported(self) -> None:
        stack = new_stack()
        association(stack, [by_id(stack)], "First")
        endpoint = "https://search-shop-2w2x2u3tifly.eu-west-1.es.amazonaws.com"
        domain = Domain.from_domain_endpoint(stack, "ByEndpoint", endpoint)
        with pytest.raises(ValueError, match="which 'Stack/First' has"):
            association(stack, [Package.from_package_id(stack, "Again", "F1")], "Second", domain=domain)

    def test_a_domain_that_the_app_makes_and_one_of_the_same_name_that_it_imports_are_one(self) -> None:
        stack = new_stack()
        made = Domain(stack, "Made", domain_name="shop", version=EngineVersion.OPENSEARCH_2_17)
        association(stack, [by_id(stack)], "First", domain=made)
        with pytest.raises(ValueError, match="which 'Stack/First' has"):
            association(stack, [Package.from_package_id(stack, "Again", "F1")], "Second", domain=existing_domain(stack))

    @pytest.mark.parametrize("reference", ["name", "id", "name as a token"])
    def test_a_package_that_the_app_makes_and_a_reference_to_it_are_one(self, reference: str) -> None:
        stack = new_stack()
        made = plugin(stack, package_name="my-nori", provider=granted_provider(stack))
        again = {
            "name": lambda: Package.from_package_name(stack, "Again", "my-nori"),
            "id": lambda: Package.from_package_id(stack, "Again", made.package_id),
            "name as a token": lambda: Package.from_package_name(stack, "Again", made.package_name),
        }[reference]()
        association(stack, [made], "First")
        message = "got 'Stack/Again', which 'Stack/First' has; take it out of one of the two"
        with pytest.raises(ValueError, match=message):
            association(stack, [again], "Second", domain=existing_domain(Construct(stack, "Scope")))

    def test_stacks_of_one_environment_have_one_domain_of_a_name(self) -> None:
        app = App()
        env = {"region": "eu-west-1", "account": "123456789012"}
        first, second = Stack(app, "First", env=env), Stack(app, "Second", env=env)
        association(first, [by_id(first)])
        with pytest.raises(ValueError, match="which 'First/Association' has"):
            association(second, [by_id(second)])

    def test_what_are_different_domains_or_packages_can_be_associated_one_by_one(self) -> None:
        app = App()
        stack = Stack(app, "Stack")
        association(stack, [by_id(stack, "F1")], "First")
        association(stack, [by_id(stack, "F2")], "Second", domain=existing_domain(Construct(stack, "Again")))
        association(stack, [Package.from_package_id(stack, "Again1", "F1")], domain=existing_domain(stack, "other"))
        elsewhere = Stack(app, "ElsewherePerhaps")
        association(elsewhere, [by_id(elsewhere, "F1")])
        parameters = [CfnParameter(stack, name).value_as_string for name in ("IdA", "IdB")]
        packages = [Package.from_package_id(stack, f"Token{number}", token) for number, token in enumerate(parameters)]
        association(stack, packages, "Tokens", domain=new_domain(stack))
        # For an upgrade of the domain, a plugin is made for both engine versions under one name.
        for version in (EngineVersion.OPENSEARCH_2_17, EngineVersion.OPENSEARCH_2_19):
            provider = granted_provider(stack)
            made = plugin(stack, f"Nori{version}", package_name="my-nori", engine_version=version, provider=provider)
            association(Construct(stack, f"For{version}"), [made], domain=existing_domain(made), provider=provider)

    @pytest.mark.parametrize(
        ("field", "value", "takes"),
        [
            ("package", "F1", "a package, such as .* got 'F1' of type str"),
            ("prerequisites", ["F1"], r"a list of packages, such as \[plugin\], got \['F1'\] of type list"),
            ("prerequisites", "F1", "a list of packages.* of type str"),
            ("key_access_role", "arn:aws:iam::123456789012:role/keys", "a role, got 'arn"),
            ("key_access_role", iam.ServicePrincipal("es.amazonaws.com"), "a role, got"),
        ],
    )
    def test_a_field_of_an_associated_package_of_another_type_is_an_error(
        self, field: str, value: object, takes: str
    ) -> None:
        fields: dict[str, Any] = {"package": by_id(new_stack()), field: value}
        with pytest.raises(TypeError, match=f"^'{field}' takes {takes}"):
            AssociatedPackage(**fields)

    def test_one_package_is_no_list_of_prerequisites(self) -> None:
        package = by_id(new_stack())
        with pytest.raises(TypeError, match=r"^'prerequisites' takes a list of packages, such as \[plugin\], got <cdk"):
            AssociatedPackage(package, prerequisites=package)  # type: ignore[arg-type]

    def test_prerequisites_that_lead_back_to_their_package_are_an_error(self) -> None:
        stack = new_stack()
        one, two, three = (by_id(stack, f"F{number}") for number in range(3))
        itself = [AssociatedPackage(one, prerequisites=[one])]
        around = [
            AssociatedPackage(one, prerequisites=[two]),
            AssociatedPackage(two, prerequisites=[three]),
            AssociatedPackage(three, prerequisites=[one]),
        ]
        for number, (packages, cycle) in enumerate(
            (
                (itself, "'Stack/Package-F0' -> 'Stack/Package-F0'; take one of them out"),
                (around, " -> ".join(["'Stack/Package-F.'"] * 4)),
            )
        ):
            message = f"'prerequisites' must not lead back to the package that has them, got {cycle}"
            with pytest.raises(ValueError, match=message):
                association(stack, packages, f"A{number}", domain=existing_domain(Construct(stack, f"S{number}")))

    def test_a_package_may_stand_before_its_prerequisite(self) -> None:
        stack = new_stack()
        analysis, license_ = by_id(stack, "F1"), by_id(stack, "F2")
        association(stack, [AssociatedPackage(license_, prerequisites=[analysis]), analysis])

        assert associated_in(stack)[0]["PrerequisitePackageIDList"] == ["F1"]

    def test_a_prerequisite_may_be_on_the_domain_already(self) -> None:
        stack = new_stack()
        association(stack, [AssociatedPackage(by_id(stack, "F2"), prerequisites=(by_id(stack, "F1"),))])

        assert associated_in(stack) == [{"PackageID": "F2", "PrerequisitePackageIDList": ["F1"]}]

    def test_a_package_of_another_region_is_an_error(self) -> None:
        app = App()
        there = Stack(app, "There", env={"region": "us-east-1", "account": "123456789012"})
        here = Stack(app, "Here", env={"region": "eu-west-1", "account": "123456789012"})
        with pytest.raises(
            ValueError, match="'packages' must be in the stack's Region eu-west-1, got one in us-east-1"
        ):
            association(here, [by_id(there)])

    def test_a_package_of_another_account_is_an_error(self) -> None:
        app = App()
        there = Stack(app, "There", env={"region": "eu-west-1", "account": "210987654321"})
        here = Stack(app, "Here", env={"region": "eu-west-1", "account": "123456789012"})
        with pytest.raises(ValueError, match="'packages' must be in the stack's account 123456789012, got one in 2109"):
            association(here, [by_id(there)])

    @pytest.mark.parametrize(
        ("env", "message"),
        [
            ({"region": "us-east-1", "account": "123456789012"}, "Region eu-west-1, got one in us-east-1"),
            ({"region": "eu-west-1", "account": "210987654321"}, "account 123456789012, got one in 210987654321"),
        ],
    )
    def test_a_prerequisite_of_another_account_or_region_is_an_error(self, env: dict[str, str], message: str) -> None:
        app = App()
        there = Stack(app, "There", env=env)
        here = Stack(app, "Here", env={"region": "eu-west-1", "account": "123456789012"})
        license_ = AssociatedPackage(by_id(here, "F1"), prerequisites=[by_id(there, "F9")])
        with pytest.raises(ValueError, match=f"'prerequisites' must be in the stack's {message}; use one in"):
            association(here, [license_])

    def test_a_plugin_for_another_engine_version_than_the_domains_is_an_error(self) -> None:
        stack = new_stack()
        package = plugin(stack, engine_version=EngineVersion.OPENSEARCH_2_19)
        message = (
            "'packages' must have plugins for the engine version of the domain, OpenSearch_2.17, got 'Stack/Plugin' "
            "for OpenSearch_2.19; make a package with the same 'package_name' for OpenSearch_2.17"
        )
        with pytest.raises(ValueError, match=message):
            association(stack, [package], domain=new_domain(stack))

    def test_an_engine_version_that_is_right_or_not_known_is_none_of_synthesis_business(self) -> None:
        stack = new_stack()
        token = CfnParameter(stack, "Version").value_as_string
        right = plugin(stack, "Right")
        unknown = plugin(stack, "Unknown", engine_version=EngineVersion.open_search(token))
        any_version = dictionary(stack, provider=granted_provider(stack))
        association(stack, [right, unknown, any_version], "First", domain=new_domain(stack))
        other = plugin(stack, "Other", engine_version=EngineVersion.OPENSEARCH_2_19)
        association(stack, [other], "Imported")
        domain = Domain(stack, "OfParameter", version=EngineVersion.open_search(token))
        association(stack, [other], "Parameter", domain=domain)


def test_every_string_may_be_a_token() -> None:
    stack = new_stack()
    token = CfnParameter(stack, "Parameter").value_as_string
    arn = CfnParameter(stack, "Arn").value_as_string
    association(
        stack,
        [
            AssociatedPackage(
                Package.from_package_attributes(stack, "Package", package_id=token, package_version=token),
                key_access_role=iam.Role.from_role_arn(
                    stack, "Keys", Token.as_string({"Fn::Sub": "arn:aws:iam::123456789012:role/${Parameter}"})
                ),
            ),
            Package.from_package_name(stack, "Named", token),
        ],
        domain=Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint=token),
        timeout=Duration.seconds(Token.as_number({"Ref": "Parameter"})),
        provider=PackageProvider.from_service_token(stack, "TokenProvider", token),
    )

    first, second = associated_in(stack)
    assert (first["PackageID"], first["PackageVersion"]) == ({"Ref": "Parameter"}, {"Ref": "Parameter"})
    assert second == {"PackageName": {"Ref": "Parameter"}}


def test_a_package_of_somebody_elses_making_can_be_associated() -> None:
    class Catalogued(Resource):
        package_id = "F7"
        package_version = "v3"

    stack = new_stack()
    association(stack, [Catalogued(stack, "Package")])

    assert associated_in(stack) == [{"PackageID": "F7", "PackageVersion": "v3"}]


@pytest.mark.parametrize("make", [by_id, lambda stack: Package.from_package_name(stack, "Nori", "analysis-nori")])
def test_a_package_without_a_version_that_is_known_is_no_warning(make: Callable[[Stack], IPackage]) -> None:
    stack = new_stack()
    association(stack, [make(stack)])

    assert warnings_of(stack) == []


def test_the_path_for_an_analyzer_can_be_an_output() -> None:
    stack = new_stack()
    synonyms = dictionary(stack, provider=granted_provider(stack))
    of = association(stack, [synonyms])
    CfnOutput(stack, "Path", value=of.reference_path(synonyms))

    (logical_id,) = resources_of(stack, TYPE)
    output = Template.from_stack(stack).to_json()["Outputs"]["Path"]
    assert output["Value"] == {"Fn::GetAtt": [logical_id, "ReferencePath.0"]}

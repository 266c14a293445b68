"""The stack of this folder, deployed to an AWS on this machine: `pytest`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App
from shop_search import ShopSearch

from local_aws import Deployer, Deployment, Fault, LocalAws


@pytest.fixture
def domain(local_aws: LocalAws) -> Iterator[str]:
    """A domain that takes packages; its name."""
    opensearch = local_aws.client("opensearch")
    opensearch.create_domain(DomainName="shop-search", EngineVersion="OpenSearch_2.17")
    yield "shop-search"
    opensearch.delete_domain(DomainName="shop-search")


class Shop:
    """Deploys the stack with a dictionary."""

    def __init__(self, deployer: Deployer, domain: str, dictionary: Path) -> None:
        self._deployer = deployer
        self._domain = domain
        self._dictionary = dictionary

    def deploy(self, words: str, *, succeed: bool = True) -> Deployment:
        self._dictionary.write_text(words)
        return self._deployer.deploy(self._add_stack, succeed=succeed)

    def on_domain(self) -> list[tuple[str, str, str]]:
        opensearch = self._deployer.aws.client("opensearch")
        listed = opensearch.list_packages_for_domain(DomainName=self._domain)["DomainPackageDetailsList"]
        return [(one["PackageID"], one["PackageVersion"], one["DomainPackageStatus"]) for one in listed]

    def _add_stack(self, app: App) -> None:
        ShopSearch(app, "ShopSearch", domain_name=self._domain, dictionary=self._dictionary)


@pytest.fixture
def shop(local_deployer: Deployer, domain: str, tmp_path: Path) -> Shop:
    """The shop, with a dictionary of the test's own."""
    return Shop(local_deployer, domain, tmp_path / "synonyms.txt")


def test_new_words_reach_the_domain_under_the_same_id(shop: Shop) -> None:
    package_id = shop.deploy("sofa, couch\n").outputs["PackageID"]
    assert shop.on_domain() == [(package_id, "v1", "ACTIVE")]
    assert shop.deploy("sofa, couch, settee\n").outputs["PackageID"] == package_id
    assert shop.on_domain() == [(package_id, "v2", "ACTIVE")]


def test_words_that_the_service_refuses_fail_the_deployment_and_the_domain_keeps_the_old_ones(
    shop: Shop, local_aws: LocalAws
) -> None:
    package_id = shop.deploy("sofa, couch\n").outputs["PackageID"]
    local_aws.behave(faults=[Fault("UpdatePackage", "invalid", message="Line 1 is no rule")])
    failed = shop.deploy("sofa =>\n", succeed=False)
    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Line 1 is no rule" in failed.reasons[0]
    [(on_domain, _, status)] = shop.on_domain()
    assert (on_domain, status) == (package_id, "ACTIVE")

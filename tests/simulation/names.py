"""What things are called in the simulated world."""

from __future__ import annotations

PACKAGE, ASSOCIATION = "Custom::OpenSearchPackage", "Custom::OpenSearchPackageAssociation"
ACCOUNT = "arn:aws:cloudformation:us-east-1:000000000000:stack"
SHOP = f"{ACCOUNT}/shop/5f7f4c90-0000-11f0-8de9-0242ac120002"
OTHER = f"{ACCOUNT}/other/99999999-0000-11f0-8de9-0242ac120002"
LOGICAL_ID = "Synonyms"
SOURCES, STAGING = "sources", "staging"
ENGINES = ("2.15", "2.17")
DOMAIN, ANOTHER_DOMAIN = DOMAINS = ("shop-search", "shop-archive")
# No log and no response may show one of these.
SIGNATURE, RECIPE = "secret-signature", "secret recipe"
SECRETS = (SIGNATURE, RECIPE)

"""What a template says of packages on a domain."""

from __future__ import annotations

from typing import Any

from lambda_handler.opensearch import is_package_id
from tests.simulation.cloudformation import Properties
from tests.simulation.names import DOMAIN


def entry(package: str, **more: Any) -> Properties:
    """An item of Packages: a package by its id, or by its name."""
    return {"PackageID" if is_package_id(package) else "PackageName": package, **more}


def packages(*those: str | Properties, domain: str = DOMAIN, **more: Any) -> Properties:
    """Packages on a domain, by their ids or names, or with whatever else there is to say of them."""
    listed = [entry(one) if isinstance(one, str) else one for one in those]
    return {"DomainName": domain, "Packages": listed, **more}

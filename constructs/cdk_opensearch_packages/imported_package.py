"""Packages that something else manages: known by their ids, or by their names."""

from aws_cdk import Resource, Token
from constructs import Construct

from .arguments import check_text
from .checks import check_existing_name, check_package_id


class PackageById(Resource):
    """A package whose id is known."""

    def __init__(self, scope: Construct, construct_id: str, package_id: str, package_version: str | None) -> None:
        super().__init__(scope, construct_id)
        check_package_id(package_id)
        check_text("package_version", package_version)
        self.package_id = package_id
        self.package_version = package_version


class PackageByName(Resource):
    """A package whose id depends on the engine version of the domain that it is associated with."""

    package_version: str | None = None

    def __init__(self, scope: Construct, construct_id: str, package_name: str) -> None:
        super().__init__(scope, construct_id)
        check_existing_name(package_name)
        self.package_name = package_name

    @property
    def package_id(self) -> str:
        """The id, which is not known."""
        name = "" if Token.is_unresolved(self.package_name) else f" '{self.package_name}'"
        raise ValueError(
            f"'package_id' is not known of the package{name} before it is associated, because '{self.node.path}' "
            "refers to it by its name; use association.package_id(package)"
        )

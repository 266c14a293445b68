"""Names of packages that are given twice: the service would refuse the second, at deployment."""

from aws_cdk import Stack, Token
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import IConstruct

from .claims import holder_of
from .environments import environment_of
from .package_type import PackageType


def check_name_is_free(
    package: IConstruct, name: str | None, package_type: PackageType, engine_version: EngineVersion | None
) -> None:
    """Refuses a name that another package of the same account and Region has.

    Plugins for different engine versions may, and should, share a name. Whether packages of different types may is
    not known, so that is left to the service.
    """
    if not name or Token.is_unresolved(name):
        return
    environment = environment_of(Stack.of(package))
    claimed = (name, package_type, engine_version and engine_version.version)
    holder = holder_of(("names", *environment), claimed, package)
    if holder != package.node.path:
        raise ValueError(
            f"'package_name' must differ from the names of other packages, got '{name}', which '{holder}' has; choose "
            "another name, or leave it out to have one made"
        )

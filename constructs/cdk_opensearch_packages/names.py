"""Names of packages that are given twice: the service would refuse the second, at deployment."""

from weakref import WeakKeyDictionary

from aws_cdk import Stack, Token
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import IConstruct

from .package_type import PackageType

# Of each app, who has which name where.
_TAKEN: WeakKeyDictionary[IConstruct, dict[tuple[object, ...], str]] = WeakKeyDictionary()


def check_name_is_free(
    package: IConstruct, name: str | None, package_type: PackageType, engine_version: EngineVersion | None
) -> None:
    """Refuses a name that another package of the same account and Region has.

    Plugins for different engine versions may, and should, share a name. Whether packages of different types may is
    not known, so that is left to the service.
    """
    if not name or Token.is_unresolved(name):
        return
    place = _place(Stack.of(package))
    identity = (*place, name, package_type, engine_version and engine_version.version)
    taken = _TAKEN.setdefault(package.node.root, {})
    holder = taken.setdefault(identity, package.node.path)
    if holder != package.node.path:
        raise ValueError(
            f"'package_name' must differ from the names of other packages, got '{name}', which '{holder}' has; choose "
            "another name, or leave it out to have one made"
        )


def _place(stack: Stack) -> tuple[object, ...]:
    """Where a stack is deployed; one that says nothing about it can only be compared with itself."""
    if Token.is_unresolved(stack.account) or Token.is_unresolved(stack.region):
        while (parent := stack.nested_stack_parent) is not None:
            stack = parent
        return ("stack", stack.node.path)
    return (stack.account, stack.region)

"""Which constructs stand for the same package, as far as synthesis knows."""

from dataclasses import dataclass

from aws_cdk import Reference, Token, Tokenization

from .imported_package import PackageByName
from .package import IPackage, Package


@dataclass(frozen=True)
class Identity:
    """What tells a package from others.

    Attributes:
        reference: What it is referred to by: its id, or its name.
        names: What else refers to a package that the app makes: its name, as it was given and as its attribute.
    """

    reference: str
    names: frozenset[str] = frozenset()

    def is_same_as(self, other: "Identity") -> bool:
        """Whether both are one package. Two that the app makes are not, although plugins may share a name."""
        if self.reference == other.reference:
            return True
        return self.reference in other.names or other.reference in self.names


def identity_of(package: IPackage) -> Identity:
    """Returns what tells a package from others."""
    if isinstance(package, PackageByName):
        return Identity(_told("PackageName", package.package_name, package))
    reference = _told("PackageID", package.package_id, package)
    if not isinstance(package, Package):
        return Identity(reference)
    given = [package._given_name] if package._given_name else []
    return Identity(
        reference, frozenset(_told("PackageName", name, package) for name in (*given, package.package_name))
    )


def _told(kind: str, value: str, package: IPackage) -> str:
    """Returns the same for the same id or name, and for a token that is an attribute of the same resource.

    Of any other token nothing is known, so it is no other construct's.
    """
    if not Token.is_unresolved(value):
        return f"{kind} {value}"
    fragments = Tokenization.reverse_string(value)
    token = fragments.first_token
    if fragments.length == 1 and isinstance(token, Reference):
        return f"{kind} {token.target.node.path}.{token.display_name}"
    return f"{kind} of {package.node.path}"

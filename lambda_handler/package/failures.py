"""Why an import fails, in the user's words, and what to do then."""

from __future__ import annotations

from lambda_handler.opensearch import COPY_FAILED, DELETING, Identity
from lambda_handler.package.decisions import Fail
from lambda_handler.package.situation import Situation


def failure(s: Situation) -> str:
    """What the service says of an import that has failed."""
    return f"{s.desired.source} could not be imported as package {s.package}: {s.package.status}: {s.package.error}"


def failed_for_good(s: Situation) -> Fail:
    """The import has failed, and another try would fail too."""
    reason = failure(s)
    if s.package.status == COPY_FAILED:
        # No code says that access was denied, and the words of a copy failure are not documented.
        reason += (
            " (if access was denied: the service reads with the s3:GetObject of the provider's role, and S3 answers "
            "the same for an object that does not exist)"
        )
    return Fail(reason, in_vain=s.package.id if s.is_in_vain else "")


def name_taken(s: Situation, holder: str, remedy: str = "", *, no_room: bool = False) -> Fail:
    """Another package has the name."""
    return Fail(
        f"the name {s.desired.identity.name!r} is taken by {holder}, which was not touched. {remedy or _ways_out(s)}",
        no_room=no_room,
    )


def held_by_a_package(s: Situation) -> Fail:
    """A package that shows has the name. Whose it is says what to do."""
    holder = s.found.holder
    assert holder is not None, "the row applies to no other situation"  # noqa: S101
    told, mark, owner = f"package {holder}, {holder.status}", holder.mark, s.request.owner
    if mark is None:
        return name_taken(s, told)
    if owner.owns(mark):
        was = f"a {'vended ' if holder.vended else ''}{holder.type}"
        return name_taken(
            s,
            f"{told}, which is this resource's own from before, {was}",
            f"It cannot be changed into what is wanted now, and somebody may still use it. {_ways_out(s)}",
            no_room=True,
        )
    if mark.stack == owner.stack:
        return name_taken(
            s,
            f"{told}, which another resource of this stack manages, {mark.names}",
            "If that was renamed to this one: CloudFormation deletes the old one only after it has made the new one, "
            "so keep its logical id (overrideLogicalId), or give the new one another PackageName, or take the package "
            f"over with AdoptPackageID and AdoptFrom: {mark.names}. Otherwise, choose another PackageName for one of "
            "the two",
        )
    if mark.is_of(f"{owner.stack_name}/{owner.logical_id}"):
        told = f"{told}, which was kept by an earlier stack of this name, {mark.names}"
    else:
        told = f"{told}, which {mark.names} manages"
    return name_taken(s, told, _ways_out(s, f" and AdoptFrom: {mark.names}"))


def _ways_out(s: Situation, agreement: str = "") -> str:
    if s.request.kind == "Update" and s.desired.adopts:
        return "AdoptPackageID takes effect when a resource is created: give this one another logical id"
    ways = ["Choose another PackageName", "refer to the existing package with Package.from_package_id"]
    if s.request.kind == "Create":
        ways.append(f"take it over with AdoptPackageID{agreement}")
    return f"{', or '.join(ways)}, or delete it if nobody needs it"


def overwritten(s: Situation) -> Fail:
    """The old owner has written to the package while it was adopted."""
    names = s.package.mark.names if s.package.mark else ""
    return Fail(
        f"package {s.package} has been changed by its old owner, {names}, while it was adopted: let only one resource "
        "manage it, then deploy again"
    )


def another_resources(s: Situation) -> Fail:
    """The package that the request is about is another resource's by now."""
    stranger = s.found.stranger
    names = stranger.mark.names if stranger and stranger.mark else ""
    return Fail(
        f"package {stranger} belongs to another resource, {names}, and was not touched: let only one resource manage it"
    )


def not_there_to_adopt(s: Situation) -> Fail:
    """AdoptPackageID names no package, or one that goes."""
    if s.found.package is None:
        why = "there is no such package in this account and Region"
    else:
        why = f"it is {DELETING}" if s.package.status == DELETING else "it belongs to another account"
    return Fail(
        f"package {s.desired.adopts} cannot be adopted: {why}. Correct AdoptPackageID, or leave it out to make a new "
        "package"
    )


def owned_by_another(s: Situation) -> Fail:
    """AdoptPackageID names a package that another resource manages."""
    names = s.package.mark.names if s.package.mark else ""
    received = f", received {s.desired.adopts_from!r}" if s.desired.adopts_from else ""
    return Fail(
        f"package {s.package} belongs to another resource, {names}, and was not touched. If that resource is gone, or "
        f"is to lose it, agree with AdoptFrom: {names}{received}"
    )


def cannot_be_adopted(s: Situation) -> Fail:
    """AdoptPackageID names a package that the properties do not describe."""
    differ = [
        f"{option} is {_said(there_is)}, and the template says {_said(wanted)}"
        for option, there_is, wanted in zip(
            ("PackageName", "PackageType", "EngineVersion", "PackageVendingOptions.VendingEnabled"),
            _parts(s.package.identity),
            _parts(s.desired.identity),
            strict=True,
        )
        if there_is != wanted and not (option == "PackageName" and not s.desired.is_named)
    ]
    return Fail(
        f"package {s.package} cannot be adopted, and was not touched: its {'; its '.join(differ)}. None of these can "
        "be changed in place: say in the template what the package is"
    )


def _parts(identity: Identity) -> tuple[str | bool, ...]:
    return identity.name, identity.type, identity.engine_version, identity.vended


def _said(value: str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value or "nothing"

"""botocore's model of the service, as tables of properties name its parts."""

from __future__ import annotations

from botocore.model import ServiceModel, Shape, StructureShape


def member_of(model: ServiceModel, request: str, member: str) -> Shape:
    """The shape of a request's member.

    Raises:
        TypeError: it is no request.
        KeyError: the request has no such member.
    """
    structure = model.shape_for(request)
    if not isinstance(structure, StructureShape):
        raise TypeError(f"{request} has no members")
    return structure.members[member]

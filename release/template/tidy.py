"""Resources as the CDK writes them, made readable: short names, `!Sub`, and nothing that says what is said anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aws_cdk import CfnResource, Stack

# From top to bottom: what a reader looks for first, then what it may do.
_ORDER = (
    "Function", "EventInvokeConfig", "LogGroup", "StagingBucket", "StagingBucketPolicy",
    "Role", "Policy", "SelfInvokePolicy", "PackagePolicy",
)  # fmt: skip
_KEYS = ("Sid", "Effect", "Principal", "Action", "Resource", "Type", "Condition", "DependsOn", "Version")
_SAYS_NOTHING = re.compile(r"^(Resource|Default|Provider)$")
_HASHED = re.compile(r"^OpenSearch(?P<name>[A-Za-z]+?)[0-9a-f]{8}$")


def shorten_names(stack: Stack) -> None:
    """Names each resource after its construct, without the hash of its path: no other provider is in the template."""
    for construct in stack.node.find_all():
        if CfnResource.is_cfn_resource(construct):
            resource: Any = construct
            resource.override_logical_id(_short(construct.node.path.split("/")[1:]))


def _short(path: list[str]) -> str:
    parts = [part for part in path if not _SAYS_NOTHING.match(part)]
    if hashed := _HASHED.match(parts[0]):
        return hashed["name"]
    return "".join(parts).removeprefix("Function") or "Function"


def tidy(resources: dict[str, Any]) -> dict[str, Any]:
    """The resources in the order of reading, each without what it says twice."""
    if unknown := resources.keys() - set(_ORDER):
        raise ValueError(f"the template has no place yet for {', '.join(sorted(unknown))}")
    found = {name: readable(resources[name]) for name in _ORDER}
    for name, resource in found.items():
        if resource["Type"] == "AWS::IAM::Policy":
            # The library's names are unique among all stacks; the role of this template is its own.
            resource["Properties"]["PolicyName"] = name
        _leave_out_implied_dependencies(name, found)
    return found


def readable(value: Any) -> Any:
    """A value with `Fn::Sub` for `Fn::Join`, and its keys in the order in which people write them."""
    if isinstance(value, list):
        return [readable(one) for one in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Fn::Join"] and value["Fn::Join"][0] == "":
        return _substituted(value["Fn::Join"][1])
    keys = [*(key for key in _KEYS if key in value), *(key for key in value if key not in _KEYS)]
    return {key: readable(value[key]) for key in keys}


def _substituted(parts: list[Any]) -> dict[str, Any]:
    text, values = "", {}
    for part in parts:
        match part:
            case str():
                text += part
            case {"Ref": name}:
                text += f"${{{name}}}"
            case {"Fn::GetAtt": [name, attribute]}:
                text += f"${{{name}.{attribute}}}"
            case _:
                values["Bucket"] = part
                text += "${Bucket}"
    return {"Fn::Sub": [text, values]} if values else {"Fn::Sub": text}


def _leave_out_implied_dependencies(name: str, resources: dict[str, Any]) -> None:
    """Leaves out of `DependsOn` what the resource refers to anyway, itself or through another."""
    resource = resources[name]
    wanted = resource.pop("DependsOn", [])
    left = [one for one in wanted if one not in _reached(name, resources)]
    if left:
        resources[name] = {
            "Type": resource["Type"],
            "DependsOn": left[0] if len(left) == 1 else left,
            **resource,
        }


def _reached(name: str, resources: dict[str, Any]) -> set[str]:
    """What a resource refers to, and what that refers to."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        resource = resources[waiting.pop()]
        depends = resource.get("DependsOn", [])
        named = {depends} if isinstance(depends, str) else set(depends)
        for one in {*_referred(resource), *named} & resources.keys() - reached:
            reached.add(one)
            waiting.append(one)
    return reached


def _referred(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": name}:
            yield name
        case {"Fn::GetAtt": [name, _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{(\w+)", text)
        case dict():
            for one in value.values():
                yield from _referred(one)
        case list():
            for one in value:
                yield from _referred(one)

"""Rules for cfn-lint that check the custom resources of this provider: `cfn-lint --append-rules schemas/cfn-lint -- …`.

They run the provider's own checks, in the folder `lambda_handler` beside the folder `schemas`, so a mistake is told in
the same words before and during a deployment. They need nothing but cfn-lint and were tested with cfn-lint 1.58.
"""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

if TYPE_CHECKING:
    from lambda_handler.problems import Problem

FOLDER = Path(__file__).resolve().parent
PROVIDER = FOLDER.parents[1] / "lambda_handler"
CHECKS = json.loads((FOLDER / "checks.json").read_text(encoding="utf-8"))
TYPES: dict[str, dict[str, Any]] = CHECKS["resourceTypes"]
NO_VALUE = {"Ref": "AWS::NoValue"}
# What stands in the place of a value that only a deployment knows.
NOT_KNOWN = "not known"
SUBSTITUTED = re.compile(r"\$\{\s*([^!\s}][^}]*?)\s*\}")


def provided(name: str) -> Any:
    """Something of the provider's code: `module:name`."""
    if PROVIDER.name not in sys.modules:
        # By its path: a folder of that name in the user's own project is not meant.
        spec = importlib.util.spec_from_file_location(PROVIDER.name, PROVIDER / "__init__.py")
        if not (spec and spec.loader and PROVIDER.is_dir()):
            raise ImportError(f"these rules run the provider's own checks: keep them beside {PROVIDER}")
        sys.modules[PROVIDER.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[PROVIDER.name])
    return pkgutil.resolve_name(name)


class CustomResourceProperties(CloudFormationLintRule):
    """Check the properties of the provider's resources."""

    id = "E9201"
    shortdesc = "Custom resource properties are invalid"
    description = "The properties of a custom resource have to be what its provider accepts"
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"
    tags = ["resources"]

    def __init__(self) -> None:
        super().__init__()
        self._model = _model()
        self._read = {name: provided(one["read"]) for name, one in TYPES.items()}

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What is wrong with the properties of each resource."""
        return [
            RuleMatch(["Resources", name, "Properties", *_place(properties, problem.path)], problem.text)
            for name, resource in _resources(cfn).items()
            if resource["Type"] in TYPES
            for properties in [resource.get("Properties", {})]
            for problem in self._problems(resource["Type"], properties)
        ]

    def _problems(self, resource_type: str, properties: Any) -> Iterator[Problem]:
        if not isinstance(properties, dict) or _is_computed(properties):
            return
        not_known: set[str] = set()
        _, problems = self._read[resource_type](_delivered(properties, "", not_known), self._model)
        yield from (one for one in dict.fromkeys(problems) if not_known.isdisjoint(one.rests_on))


class CustomResourceAttributes(CloudFormationLintRule):
    """Check the attributes that a template wants of the provider's resources."""

    id = "E9202"
    shortdesc = "Custom resource attribute does not exist"
    description = "Fn::GetAtt and Fn::Sub have to name an attribute that the provider gives"
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html"
    )
    tags = ["functions", "getatt"]

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Each attribute that there is not."""
        resources = _resources(cfn)
        suggestion = provided("lambda_handler.problems:suggestion")
        matches = []
        for place, logical_id, attribute in _wanted_attributes(cfn):
            resource = resources.get(logical_id, {"Type": ""})
            allowed = _attributes_of(resource)
            if resource["Type"] in TYPES and attribute not in allowed:
                told = f"{logical_id}.{attribute} is no attribute of {resource['Type']}"
                matches.append(RuleMatch(place, f"{told}: {suggestion(attribute, allowed)}"))
        return matches


class CustomResourceType(CloudFormationLintRule):
    """Check the types of resources that have the provider of a resource whose type is known."""

    id = "E9203"
    shortdesc = "Custom resource type is not served"
    description = "A resource with this provider's ServiceToken has to have a type that the provider serves"
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"
    tags = ["resources"]

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Each resource that the provider will refuse to make."""
        resources = _resources(cfn)
        unknown_type = provided("lambda_handler.cloudformation.unknown_type:unknown_type")
        ours = [token for one in resources.values() if one["Type"] in TYPES and (token := _service_token(one))]
        return [
            RuleMatch(["Resources", name, "Type"], unknown_type(one["Type"], TYPES))
            for name, one in resources.items()
            if one["Type"] not in TYPES and _service_token(one) in ours
        ]


def _model() -> SimpleNamespace:
    """The part of the API's model that the checks need, as botocore would give it."""

    def shape(said: dict[str, Any]) -> SimpleNamespace:
        parts: dict[str, Any] = {"members": {name: shape(one) for name, one in said.get("members", {}).items()}}
        if "member" in said:
            parts["member"] = shape(said["member"])
        return SimpleNamespace(**{**said, **parts})

    requests = {name: shape({"members": members}) for name, members in CHECKS["requests"].items()}
    return SimpleNamespace(shape_names=[*requests], shape_for=requests.__getitem__)


def _resources(cfn: Template) -> dict[str, dict[str, Any]]:
    resources = cfn.template.get("Resources")
    if not isinstance(resources, dict):
        return {}
    return {name: one for name, one in resources.items() if isinstance(one, dict) and isinstance(one.get("Type"), str)}


def _service_token(resource: dict[str, Any]) -> Any:
    properties = resource.get("Properties")
    return properties.get("ServiceToken") if isinstance(properties, dict) else None


def _delivered(value: Any, path: str, not_known: set[str]) -> Any:
    """A value as CloudFormation delivers it. The paths of what only a deployment knows are added to `not_known`."""
    if _is_computed(value):
        not_known.add(path)
        return NOT_KNOWN
    if isinstance(value, dict):
        return _delivered_map(value, path, not_known)
    if isinstance(value, list):
        return [_delivered(one, f"{path}[{index}]", not_known) for index, one in enumerate(value)]
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _delivered_map(value: dict[str, Any], path: str, not_known: set[str]) -> dict[str, Any]:
    delivered: dict[str, Any] = {}
    for name, one in value.items():
        if one != NO_VALUE:
            member = f"{path}.{name}" if path else str(name)
            delivered[str(name)] = _delivered(one, member, not_known)
            if _may_be_left_out(delivered[str(name)], member, not_known):
                not_known.add(member)
    return delivered


def _may_be_left_out(delivered: Any, path: str, not_known: set[str]) -> bool:
    """Whether it is a map that counts as left out if each of its values that are not known is an empty string."""
    if not isinstance(delivered, dict):
        return False
    given = provided("lambda_handler.schema:given")(delivered)
    return bool(given) and not_known.issuperset(f"{path}.{name}" for name in given)


def _is_computed(value: Any) -> bool:
    """Whether a value is an intrinsic function or a dynamic reference."""
    if isinstance(value, dict):
        return [*value] == ["Ref"] or any(str(name).startswith("Fn::") for name in value)
    return isinstance(value, str) and "{{resolve:" in value


def _place(properties: dict[str, Any], path: str) -> list[str | int]:
    """Where a reader of the template looks for `PackageSource.S3Key`: as near as the template has it."""
    place: list[str | int] = []
    value: Any = properties
    for part in re.findall(r"[^.\[\]]+", path):
        step = int(part) if isinstance(value, list) and part.isdecimal() else part
        if not (isinstance(value, dict) and step in value) and not (isinstance(value, list) and isinstance(step, int)):
            break
        place.append(step)
        value = value[step]
    return place


def _attributes_of(resource: dict[str, Any]) -> list[str]:
    """What a resource gives; of a list whose items have attributes, too, no more than the template has items."""
    said = TYPES.get(resource["Type"], {"attributes": []})
    names: list[str] = said["attributes"]
    if "attributesOfEach" not in said:
        return names
    properties = resource.get("Properties")
    listed = properties.get(said["attributesOfEach"]["property"]) if isinstance(properties, dict) else None
    count = len(listed) if isinstance(listed, list) else said["attributesOfEach"]["most"]
    return [*names, *(f"{name}.{index}" for name in names for index in range(count))]


def _wanted_attributes(cfn: Template) -> Iterator[tuple[list[str | int], str, str]]:
    """Where the template wants which attribute of which resource."""
    for *place, value in cfn.search_deep_keys("Fn::GetAtt"):
        logical_id, _, attribute = value.partition(".") if isinstance(value, str) else _pair(value)
        if attribute:
            yield place, logical_id, attribute
    for *place, value in cfn.search_deep_keys("Fn::Sub"):
        text, given = value if isinstance(value, list) and len(value) == 2 else (value, {})  # noqa: PLR2004
        for name in SUBSTITUTED.findall(text) if isinstance(text, str) else ():
            logical_id, _, attribute = name.partition(".")
            if attribute and name not in given:
                yield place, logical_id, attribute


def _pair(value: Any) -> tuple[str, str, str]:
    """The two parts of a list for `Fn::GetAtt`; nothing where one of them is a function."""
    parts = value if isinstance(value, list) and all(isinstance(one, str) for one in value) else []
    return (parts[0], ".", ".".join(parts[1:])) if parts else ("", "", "")

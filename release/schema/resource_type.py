"""What a resource type tells its users, beside what its table of properties and the API's model say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT
from lambda_handler.problems import Problem
from lambda_handler.schema import Model, Table

Read = Callable[[Mapping[str, Any], Model], tuple[dict[str, Any], list[Problem]]]

# What a change of a property does, in the words of AWS's own resource pages.
IN_PLACE = "No interruption"
REPLACEMENT = "Replacement"
REFUSED = "Updates are not supported"
NO_EFFECT = "No interruption; a change has no effect by itself"
# What is said of the properties that CloudFormation gives every custom resource.
COMMON_TEXTS = {
    "ServiceToken": "The provider: the ARN of its function, which its stack exports.",
    "ServiceTimeout": "How many seconds CloudFormation waits for a request. The provider responds before that.",
}
COMMON_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "ServiceTimeout": {"type": "integer", "minimum": 1, "maximum": DEFAULT_SERVICE_TIMEOUT},
}
COMMON_CHANGES = {"ServiceToken": REFUSED, "ServiceTimeout": NO_EFFECT}
# For rules: an option that is an empty string counts as left out.
NOT_EMPTY = {"minLength": 1}


@dataclass(frozen=True)
class Rule:
    """What has to hold between several properties, or between several members of one.

    Attributes:
        text: the rule as a sentence about them.
        schema: the rule as a JSON schema.
        path: the property whose members these are; `Packages[]` stands for each item of a list. Empty for properties.
    """

    text: str
    schema: Mapping[str, Any]
    path: str = ""


@dataclass(frozen=True)
class ResourceType:
    """A resource type of the provider.

    Attributes:
        name: what `Type` says in a template.
        description: one sentence about it.
        table: the table of properties that the handler reads.
        read: the handler's function that reads and checks them; a module without boto3, for cfn-lint runs it too.
        required: properties that have to be there.
        conditional: properties, and members by their paths, of which a rule says whether they have to be there.
        identifier: what `Ref` gives: an attribute, or what has no other name.
        attributes: what `Fn::GetAtt` gives, in the order of the handler.
        attributes_of_each: the list whose items have these attributes, too: `PackageID.0`, `PackageID.1`, …; empty
            where there is no such list.
        texts: a description for each property, member (`PackageSource.S3Key`, `Packages[].PackageID`) and attribute.
            Those of the API's members that are not here have the API's own.
        like: members of requests of the API, by the path of what may say the same as one of them and is not in the
            table as one.
        limits: keywords of JSON schema that take the place of the model's, by the path of the property.
        on_change: what a change does, where it is not made in place.
        rules: what has to hold between several properties.
        examples: templates by their titles.
    """

    name: str
    description: str
    table: Table
    read: Read
    required: Sequence[str]
    identifier: str
    attributes: Sequence[str]
    texts: Mapping[str, str]
    conditional: Sequence[str] = ()
    attributes_of_each: str = ""
    like: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    on_change: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Its name as the name of a file."""
        return self.name.lower().replace("::", "-")

    def change_of(self, name: str) -> str:
        """What a change of a property does."""
        return self.on_change.get(name, IN_PLACE)

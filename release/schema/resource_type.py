"""What a resource type tells its users, beside what its table of properties and the API's model say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambda_handler.problems import Problem
from lambda_handler.schema import Model, Table

Read = Callable[[Mapping[str, Any], Model], tuple[dict[str, Any], list[Problem]]]

# What a change of a property does, in the words of AWS's own resource pages.
IN_PLACE = "No interruption"
REPLACEMENT = "Replacement"
REFUSED = "Updates are not supported"
NO_EFFECT = "No interruption; a change has no effect by itself"


@dataclass(frozen=True)
class Rule:
    """What has to hold between several properties.

    Attributes:
        text: the rule as a sentence about the properties.
        schema: the rule as a JSON schema.
    """

    text: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ResourceType:
    """A resource type of the provider.

    Attributes:
        name: what `Type` says in a template.
        description: one sentence about it.
        table: the table of properties that the handler reads.
        read: the handler's function that reads and checks them; a module without boto3, for cfn-lint runs it too.
        required: properties that have to be there.
        conditional: properties of which a rule says whether they have to be there.
        identifier: the attribute that `Ref` gives.
        attributes: what `Fn::GetAtt` gives, in the order of the handler.
        texts: a description for each property, member (`PackageSource.S3Key`) and attribute. Those of the API's
            members that are not here have the API's own.
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

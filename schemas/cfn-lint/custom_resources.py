"""A rule for cfn-lint that checks the properties of custom resources by the schemas in the folder above.

cfn-lint does not apply registry schemas (`--registry-schemas`) to types that begin with `Custom::`: to it they are all
one type, whose properties can be anything. This rule, tested with cfn-lint 1.58, does:
`cfn-lint --append-rules schemas/cfn-lint -- template.yaml`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cfnlint.jsonschema import ValidationError, ValidationResult, Validator
from cfnlint.rules.jsonschema.CfnLintJsonSchema import CfnLintJsonSchema

SCHEMAS = Path(__file__).resolve().parent.parent


class CustomResourceProperties(CfnLintJsonSchema):
    """Check the properties of custom resources that have a schema."""

    id = "E9201"
    shortdesc = "Custom resource properties are invalid"
    description = "The properties of a custom resource have to be what its provider accepts"
    source_url = "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
    tags = ["resources"]

    def __init__(self) -> None:
        found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("custom-*.json"))]
        # A template's type takes the place of the star, and the keyword is what cfn-lint calls the rule with.
        self._schemas = {f"Resources/{one['typeName']}/Properties": _without_attributes(one) for one in found}
        super().__init__(keywords=[*self._schemas], all_matches=True)

    def validate(self, validator: Validator, keywords: Any, instance: Any, schema: Any) -> ValidationResult:
        """Yield what is wrong with the properties of one resource."""
        for error in super().validate(validator, keywords, instance, self._schemas[keywords]):
            yield _in_words(error)


def _in_words(error: ValidationError) -> ValidationError:
    """What is wrong, named as the provider names it."""
    if error.validator in ("anyOf", "oneOf") and "description" in error.schema:
        # What has to hold between properties is said by the schema; why each way out of it is closed helps nobody.
        error.message, error.context = error.schema["description"], []
    elif error.path:
        error.message = f"{'.'.join(map(str, error.path))}: {error.message}"
    return error


def _without_attributes(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a template can say: an attribute is no property."""
    read_only = {pointer.split("/")[2] for pointer in schema["readOnlyProperties"]}
    properties = {name: one for name, one in schema["properties"].items() if name not in read_only}
    # Every custom resource needs a service token, which cfn-lint's own rule says.
    required = [name for name in schema["required"] if name != "ServiceToken"]
    return {**schema, "properties": properties, "required": required}

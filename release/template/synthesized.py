"""What the construct library makes, for templates that declare their parameters and conditions themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from aws_cdk import (
    Acknowledgment,
    App,
    CfnCondition,
    CfnParameter,
    DefaultStackSynthesizer,
    Fn,
    Stack,
    Validations,
)

# Parameters and conditions are not complete before the text of the template is; cfn-lint checks that.
_NOT_YET = ("W2001", "W8001", "W8003", "W9053")


def synthesized(build: Callable[[Stack], object]) -> dict[str, Any]:
    """The resources that `build` adds to a stack, without anything of `cdk bootstrap`."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder, analytics_reporting=False)
        stack = Stack(app, "Stack", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
        build(stack)
        for rule in _NOT_YET:
            reason = "What is declared here stands for what the template declares."
            Validations.of(stack).acknowledge(Acknowledgment(id=f"CloudFormation-Validate::{rule}", reason=reason))
        resources: dict[str, Any] = app.synth().get_stack_by_name("Stack").template["Resources"]
    return resources


def declare(stack: Stack, parameters: Mapping[str, Any], conditions: Mapping[str, Any]) -> None:
    """Declares what resources refer to: the CDK checks that it is there."""
    for name, parameter in parameters.items():
        CfnParameter(stack, name, type=parameter["Type"], default=parameter.get("Default"))
    for name in conditions:
        CfnCondition(stack, name, expression=Fn.condition_equals("said", "in the table"))

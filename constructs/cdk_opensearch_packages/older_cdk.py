"""What a newer aws-cdk-lib has and the oldest that this library works with lacks."""

from aws_cdk import Stack
from aws_cdk.aws_lambda import Runtime
from constructs import Construct


def latest_python_runtime(scope: Construct) -> Runtime:
    """Returns the newest runtime that is in every Region, as the CDK knows it."""
    determine = getattr(Runtime, "determine_latest_python_runtime", None)
    if determine is None:
        return Runtime.PYTHON_3_13
    latest: Runtime = determine(scope)
    return latest


def add_stack_dependency(stack: Stack, other: Stack) -> None:
    """Lets a stack be deployed after another one; an older CDK has that under another name, which is deprecated now."""
    add = getattr(stack, "add_stack_dependency", None) or stack.add_dependency
    add(other)

"""What a newer aws-cdk-lib has and the oldest that this library works with lacks."""

import aws_cdk
from aws_cdk.aws_lambda import Runtime
from constructs import Construct, IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Says why ``construct`` is right although a check such as cdk-nag finds fault with it.

    An older CDK has no acknowledgements of findings; they are left out there.
    """
    validations = getattr(aws_cdk, "Validations", None)
    if validations is not None:
        validations.of(construct).acknowledge(aws_cdk.Acknowledgment(id=rule, reason=reason))


def latest_python_runtime(scope: Construct) -> Runtime:
    """Returns the newest runtime that is in every Region, as the CDK knows it."""
    determine = getattr(Runtime, "determine_latest_python_runtime", None)
    if determine is None:
        return Runtime.PYTHON_3_13
    latest: Runtime = determine(scope)
    return latest

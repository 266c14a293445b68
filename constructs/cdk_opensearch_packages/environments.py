"""Where stacks are deployed: what CDK calls their environment, an account and a Region."""

from aws_cdk import IResource, Stack, Token
from constructs import IConstruct


def environment_of(stack: Stack) -> tuple[object, ...]:
    """Where a stack is deployed; one that says nothing about it can only be compared with itself."""
    if Token.is_unresolved(stack.account) or Token.is_unresolved(stack.region):
        return ("stack", top_level_stack(stack).node.path)
    return (stack.account, stack.region)


def top_level_stack(stack: Stack) -> Stack:
    """Returns the stack that a nested stack is deployed with, or the stack itself."""
    while (parent := stack.nested_stack_parent) is not None:
        stack = parent
    return stack


def check_region_of(option: str, resource: IResource, scope: IConstruct) -> None:
    """Refuses a resource of another Region than the stack's, because no Region reaches into another here."""
    check_same_region(option, resource.env.region, scope)


def check_same_region(option: str, region: str, scope: IConstruct) -> None:
    """Refuses another Region than the stack's."""
    _check_same("Region", option, region, Stack.of(scope).region)


def check_same_account(option: str, account: str, scope: IConstruct) -> None:
    """Refuses another account than the stack's."""
    _check_same("account", option, account, Stack.of(scope).account)


def _check_same(kind: str, option: str, there: str, here: str) -> None:
    if Token.is_unresolved(here) or Token.is_unresolved(there) or here == there:
        return
    raise ValueError(f"'{option}' must be in the stack's {kind} {here}, got one in {there}; use one in {here}")

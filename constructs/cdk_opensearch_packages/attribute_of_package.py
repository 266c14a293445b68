"""What an association tells of one of its packages, as a token that another stack may use, too."""

import jsii
from aws_cdk import IResolveContext, IStringProducer, Lazy, Stack
from constructs import IConstruct

from .environments import top_level_stack
from .older_cdk import add_stack_dependency


def attribute_of_package(association: IConstruct, here: str, elsewhere: str) -> str:
    """Returns a token for an attribute whose name says at which place of the list the package is.

    Args:
        association: The association.
        here: The attribute, for the stack of the association.
        elsewhere: The same value, said without the attribute. Another stack uses that, and comes after the stack of the
            association: CloudFormation would export the attribute under a name with the place in it, and refuse each
            change of the list that moves the package.
    """
    return Lazy.uncached_string(_Attribute(association, here, elsewhere))


@jsii.implements(IStringProducer)
class _Attribute:
    def __init__(self, association: IConstruct, here: str, elsewhere: str) -> None:
        self._stack = top_level_stack(Stack.of(association))
        self._here = here
        self._elsewhere = elsewhere

    def produce(self, context: IResolveContext) -> str:
        user = top_level_stack(Stack.of(context.scope))
        if user.node.path == self._stack.node.path:
            return self._here
        add_stack_dependency(user, self._stack)
        return self._elsewhere

"""The policies that stacks add to the role of a provider.

They live with what needs them and not with the provider, so a provider that stacks share never depends on them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import Aspects, IAspect, Stack, Stage
from aws_cdk.aws_iam import PolicyStatement
from constructs import Construct, IConstruct

from .policies import new_policy
from .references import constructs_in
from .role_size import count_policy

if TYPE_CHECKING:
    from .provider import IPackageProvider


class StackPolicy(Construct):
    """What one provider may do for something of one stack.

    Where the role of the provider is not known, no policy is made, and each statement is a warning at synthesis.
    """

    def __init__(self, scope: Construct, construct_id: str, provider: "IPackageProvider") -> None:
        super().__init__(scope, construct_id)
        self._provider = provider
        self._statements: dict[str, PolicyStatement] = {}
        self._granted: set[str] = set()
        self._policy = new_policy(self, "Policy", []) if provider.role else None
        if self._policy is not None:
            count_policy(provider, self._policy)
        self._is_complete = False
        Aspects.of(self).add(_Completion(self))

    def complete(self) -> None:
        """Attaches the policy, now that nothing is added any more: what is attached earlier is reported as it is then.

        (``Role.customize_roles`` writes a report of what roles need.)
        """
        if not self._is_complete:
            self._is_complete = True
            self._attach()

    def _attach(self) -> None:
        if self._policy is not None and self._provider.role is not None:
            self._provider.role.attach_inline_policy(self._policy)
            return
        for statement in self._statements.values():
            self._provider.grant_principal.add_to_principal_policy(statement)

    def _grant(
        self, actions: Sequence[str], resource: str, conditions: Mapping[str, Any] | None = None, *, sid: str = ""
    ) -> None:
        """Allows this on one resource more. What differs in nothing but the resource is one statement."""
        resolve = Stack.of(self).resolve
        identity = sid + json.dumps([[*actions], resolve(conditions or {})], sort_keys=True)
        # Two tokens can stand for one ARN, and resources of two stacks can have one logical id.
        grant = json.dumps([identity, resolve(resource), [target.node.path for target in constructs_in(resource)]])
        if grant in self._granted:
            return
        self._granted.add(grant)
        if identity in self._statements:
            self._statements[identity].add_resources(resource)
            return
        statement = PolicyStatement(
            sid=self._free_sid(sid), actions=[*actions], resources=[resource], conditions=conditions or None
        )
        self._statements[identity] = statement
        if self._policy is not None:
            self._policy.add_statements(statement)

    def _free_sid(self, sid: str) -> str | None:
        same = sum(identity.startswith(f"{sid}[") for identity in self._statements)
        return f"{sid}{same + 1}" if sid and same else sid or None


@jsii.implements(IAspect)
class _Completion:
    """Completes a policy when the app is synthesized."""

    def __init__(self, policy: StackPolicy) -> None:
        self._policy = policy

    def visit(self, node: IConstruct) -> None:
        if node is self._policy:
            self._policy.complete()


def path_seen_from(stack: Stack, construct: IConstruct) -> str:
    """Returns where a construct is, the same in every stage of a pipeline.

    Relative to the stack, as logical ids are, or to the stage where the construct is another stack's.
    """
    home = stack if Stack.of(construct) is stack else (Stage.of(stack) or stack)
    return construct.node.path.removeprefix(f"{home.node.path}/")

"""What a provider may do for the packages of one stack, in one policy of that stack.

The policy lives with the packages and not with the provider, so that a provider shared by stacks never depends on
them. A further package adds an ARN to it and no resource.
"""

from collections.abc import Sequence
from hashlib import sha256

from aws_cdk import Aws, Fn, Names, Stack, Stage
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from aws_cdk.aws_kms import IKey
from constructs import Construct, IConstruct

from .source import S3Object


class PackageGrants(Construct):
    """One stack's grants for one provider."""

    @classmethod
    def get_or_create(cls, stack: Stack, provider: IConstruct, role: IRole) -> "PackageGrants":
        """Returns the grants of ``stack`` for ``provider``."""
        # Relative to the stack, as logical ids are, or to the stage where the provider is another stack's: the same
        # in every stage of a pipeline.
        home = stack if Stack.of(provider) is stack else (Stage.of(stack) or stack)
        path = provider.node.path.removeprefix(f"{home.node.path}/")
        construct_id = f"OpenSearchPackageGrants{sha256(path.encode()).hexdigest()[:8]}"
        found = stack.node.try_find_child(construct_id)
        return found if isinstance(found, cls) else cls(stack, construct_id, role)

    def __init__(self, scope: Construct, construct_id: str, role: IRole) -> None:
        super().__init__(scope, construct_id)
        self._policy = inline_policy(self, "Policy", role, [])
        self._statements: dict[str, PolicyStatement] = {}

    def read_object(self, s3_object: S3Object) -> None:
        """Allows to read exactly this object."""
        self._allow("ReadObjects", ["s3:GetObject"], s3_object.arn)
        if s3_object.version is not None:
            self._allow("ReadObjectVersions", ["s3:GetObjectVersion"], s3_object.arn)
        if s3_object.bucket.encryption_key is not None:
            self._allow("DecryptObjects", ["kms:Decrypt"], s3_object.bucket.encryption_key.key_arn)

    def encrypt_packages(self, key: IKey) -> None:
        """Allows what the service does with a package's key, which it does in the name of the caller."""
        # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-package-kms-integration.html
        actions = [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
        ]
        self._allow("EncryptPackages", actions, key.key_arn)

    def _allow(self, sid: str, actions: Sequence[str], resource: str) -> None:
        statement = self._statements.get(sid)
        if statement is not None:
            statement.add_resources(resource)
            return
        self._statements[sid] = PolicyStatement(sid=sid, actions=actions, resources=[resource])
        self._policy.add_statements(self._statements[sid])


def inline_policy(scope: Construct, construct_id: str, role: IRole, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy of ``role`` whose name no other stack uses.

    The names that CDK makes repeat between stacks. Where two stacks use one role, the second policy of a name
    would overwrite the first.
    """
    stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
    name = Names.unique_resource_name(scope, max_length=64, separator="-")
    policy_name = Fn.join("-", [name, construct_id, stack_uuid])
    policy = Policy(scope, construct_id, policy_name=policy_name, statements=statements)
    # Asked of the role: one that was imported as immutable declines.
    role.attach_inline_policy(policy)
    return policy

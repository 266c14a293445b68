"""What a provider may do for the packages of a stack."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import Aws, Stack
from aws_cdk.aws_kms import IKey
from constructs import Construct

from .findings import acknowledge_wildcard
from .key_grants import acknowledge_alias, grant_key
from .policies import of_account
from .role_size import check_role_size
from .source import S3Object
from .stack_policy import StackPolicy, path_seen_from

if TYPE_CHECKING:
    from .provider import IPackageProvider


class PackagePolicy(StackPolicy):
    """What one provider may do for the packages of one stack; a further package adds to its statements.

    Every custom resource of the stack depends on it, so nothing is in it that takes long to be made.
    """

    @classmethod
    def get_or_create(cls, stack: Stack, provider: "IPackageProvider") -> "PackagePolicy":
        """Returns the policy that ``stack`` adds to the role of ``provider``."""
        path = path_seen_from(stack, provider)
        construct_id = f"OpenSearchPackagePolicy{sha256(path.encode()).hexdigest()[:8]}"
        found = stack.node.try_find_child(construct_id)
        return found if isinstance(found, cls) else cls(stack, construct_id, provider)

    def __init__(self, scope: Construct, construct_id: str, provider: "IPackageProvider") -> None:
        super().__init__(scope, construct_id, provider)
        # With these the function learns whether CloudFormation still waits for a request: of this very stack only.
        actions = ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"]
        self._grant(actions, Aws.STACK_ID, sid="DescribeStack")

    def read_object(self, s3_object: S3Object) -> None:
        """Allows to read this object; an asset with every content that it can have."""
        conditions = of_account(s3_object.account) if s3_object.account else {}
        if s3_object.version is None:
            self._grant(["s3:GetObject"], s3_object.arn, conditions, sid="ReadObjects")
        else:
            self._grant(["s3:GetObject", "s3:GetObjectVersion"], s3_object.arn, conditions, sid="ReadObjectVersions")
        if self._policy is not None and s3_object.readable is not None:
            reason = "A new content of an asset must not be a change of permissions."
            acknowledge_wildcard(self._policy, s3_object.arn, reason)
        if s3_object.bucket.encryption_key is not None:
            self._grant_key("DecryptObjects", s3_object.bucket.encryption_key, ["kms:Decrypt"], "s3")

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
        # The page names the first of the two; the second is what the service is called elsewhere.
        self._grant_key("EncryptPackages", key, actions, "custom-packages", "es")

    def _attach(self) -> None:
        super()._attach()
        # Here, and so once for each stack: whatever else the stack adds to the role has been counted.
        check_role_size(self, self._provider)

    def _grant_key(self, sid: str, key: IKey, actions: Sequence[str], *services: str) -> None:
        if self._policy is not None:
            acknowledge_alias(self._policy, key)
        via = [f"{service}.{Stack.of(self).region}.*" for service in services]
        for statement in grant_key(self, key, self._provider, actions):
            conditions = {**cast(Mapping[str, Any], statement.conditions), "StringLike": {"kms:ViaService": via}}
            for resource in statement.resources:
                self._grant(actions, resource, conditions, sid=sid)

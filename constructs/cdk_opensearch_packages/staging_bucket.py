"""Where the provider copies what the service may not be able to read as it is."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, LifecycleRule
from constructs import Construct

from .findings import acknowledge


class StagingBucket(Bucket):
    """A bucket for copies that live for the minutes of an import."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            # The service reads no object that a KMS key encrypts.
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=[
                LifecycleRule(expiration=Duration.days(1), abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
            # The function empties it: each request removes its own copies, Delete included.
            removal_policy=RemovalPolicy.DESTROY,
        )
        reason = "It holds copies for the minutes of an import and has one writer, whose log says what it copied."
        acknowledge(self, "AwsSolutions-S1", reason)

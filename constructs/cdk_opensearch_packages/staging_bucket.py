"""Where the provider copies what the service may not be able to read as it is."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, IBucket, LifecycleRule
from constructs import Construct

from .findings import acknowledge, acknowledge_in_baselines


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
        acknowledge_in_baselines(self, "S3BucketLoggingEnabled", reason)
        acknowledge_what_staging_needs(self)


def acknowledge_what_staging_needs(bucket: IBucket) -> None:
    """Says why the settings of a bucket for copies are as the provider needs them."""
    reason = "The service reads no object that a key of KMS encrypts: that is why a copy is made."
    acknowledge_in_baselines(bucket, "S3DefaultEncryptionKMS", reason)
    for rule in ("S3BucketVersioningEnabled", "S3BucketReplicationEnabled", "S3BucketDefaultLockEnabled"):
        reason = "A copy is removed after the import and must be gone then; the original stays where it is."
        acknowledge_in_baselines(bucket, rule, reason)

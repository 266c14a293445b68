"""A dictionary that something else uploads to S3: `cdk deploy --app "python3 content_from_s3.py" -c edition=2`."""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import Package, PackageSource, PackageType

app = App()
stack = Stack(app, "FromS3")
bucket = Bucket.from_bucket_name(stack, "Dictionaries", "my-dictionaries")
synonyms = Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    # CloudFormation does not see a new upload to the same key. Another source_hash says that there is one.
    source=PackageSource.from_bucket(bucket, "synonyms.txt", source_hash=app.node.try_get_context("edition")),
)
CfnOutput(stack, "PackageVersion", value=synonyms.package_version)
app.synth()

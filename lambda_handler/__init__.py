"""The Lambda function behind `Custom::OpenSearchPackage`.

It knows boto3 and crhelper, and never imports CDK: what a template says reaches it as an event.
"""

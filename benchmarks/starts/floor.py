"""The least that a function in Python does before its first call: boto3, two clients, one call."""

import boto3

s3, opensearch = boto3.client("s3"), boto3.client("opensearch")

import first_call  # noqa: E402, F401

s3.list_object_versions(Bucket="staging", Prefix="copies/")

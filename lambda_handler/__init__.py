"""The Lambda function behind Custom::OpenSearchPackage."""

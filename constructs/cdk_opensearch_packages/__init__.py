"""Amazon OpenSearch Service packages for the AWS CDK."""

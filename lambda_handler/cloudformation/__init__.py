"""CloudFormation's protocol for custom resources: requests, deadlines and responses, for any resource type."""

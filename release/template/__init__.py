"""The templates for those who write plain CloudFormation."""

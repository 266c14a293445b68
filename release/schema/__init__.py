"""The schemas of the resource types, in the form of CloudFormation's registry."""

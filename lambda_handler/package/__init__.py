"""`Custom::OpenSearchPackage`."""

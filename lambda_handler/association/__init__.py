"""`Custom::OpenSearchPackageAssociation`: packages on a domain."""

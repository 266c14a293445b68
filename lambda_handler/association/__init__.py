"""`Custom::OpenSearchPackageAssociation` is going to live here. Nothing serves it yet."""

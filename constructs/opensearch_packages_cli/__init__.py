"""The command `opensearch-packages`: an inventory of the packages of an account and Region.

It is a package of its own, beside the construct library: importing that one starts the CDK, which this command does not
need, and neither needs the other's dependencies. It only reads.
"""

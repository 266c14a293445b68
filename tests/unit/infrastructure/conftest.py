"""Settings of the CDK for these tests; its process starts with the first import of it, so they come before."""

import os

# The CDK's own validation of templates loads for six seconds in each process. tests/release lints instead.
os.environ.setdefault("CDK_VALIDATION", "false")

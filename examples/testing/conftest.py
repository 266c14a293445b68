"""Settings of the CDK for the tests of this folder, made before it is imported."""

import os

# Its validation of templates loads for seconds in each process. `cdk deploy` validates anyway.
os.environ.setdefault("CDK_VALIDATION", "false")

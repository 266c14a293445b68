"""What the stories rely on of the function's log, of its reasons and of the constructs, each in one place."""

from __future__ import annotations

from cdk_opensearch_packages import PackageSource

# Lines of the function's log.
RESPONSE_LOGGED = "answered"
CONTINUATION_LOGGED = "handed on,"
# Reasons that CloudFormation shows.
NOT_CONTINUED = "could not be handed on to a further invocation: Invoke failed: AccessDeniedException"
TIMED_OUT = "took longer than there was time for; last seen: COPYING"
# The construct that grants the function the invocation of itself.
SELF_INVOKE_POLICY = "HandOnPolicy"
# A source that is text in the template.
from_inline = PackageSource.from_text

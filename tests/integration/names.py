"""What the stories rely on of the function's log, of its reasons and of the constructs, each in one place."""

from __future__ import annotations

# Lines of the function's log.
RESPONSE_LOGGED = "responded"
CONTINUATION_LOGGED = "continued in a further invocation,"
# Reasons that CloudFormation shows.
NOT_CONTINUED = "could not be continued in a further invocation: Invoke failed: AccessDeniedException"
TIMED_OUT = "to stabilize; last seen: COPYING"
# The construct that grants the function the invocation of itself.
SELF_INVOKE_POLICY = "SelfInvokePolicy"

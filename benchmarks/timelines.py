"""When packages become available, how long calls take, and what is promised: the same for everybody who waits."""

from __future__ import annotations

# Seconds from when the service accepts an import until the package is AVAILABLE. A dictionary takes some tens of
# seconds (the acceptance test of Terraform's resource creates, reads and deletes one in 48 s), a plugin three minutes.
# Sources: https://github.com/hashicorp/terraform-provider-aws/pull/33227
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-plugins.html
STABILIZATION_TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700)
# Seconds that one call to AWS takes, half of it on the way there.
CALLS = (0.05, 0.1, 0.3)
USUAL_CALL = 0.1
# Where between two looks a package becomes available is chance: each time is played with so many.
PHASES = 200
SPREAD = 0.25  # of the time


def phases(seconds: float, count: int = PHASES) -> list[float]:
    """Times from `seconds` on to a quarter more, evenly spread."""
    return [seconds * (1 + SPREAD * (phase + 0.5) / count) for phase in range(count)]


def allowed(stabilizing: float) -> float:
    """What `docs/lifecycle.md` promises: 1 s or a tenth of the time waited, whichever is more, at most 15 s."""
    return min(max(1.0, stabilizing / 10), 15.0)

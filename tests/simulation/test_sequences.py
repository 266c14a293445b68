"""Random lives of stacks, with faults, duplicate deliveries and changes by hand, on a service of random behaviour.

Reproduce a failure with the seed that it prints: `make simulate SEED=... SECONDS=...`.
"""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.simulation.sequences.operations import MIXED_STEPS
from tests.simulation.sequences.play import AnyStep, Play
from tests.simulation.sequences.steps import STEPS
from tests.simulation.sequences.unknowns import UNKNOWNS, UNKNOWNS_OF_DOMAINS, Unknowns
from tests.simulation.tally import counts
from tests.simulation.violations import violations

SECONDS = float(os.environ.get("SIMULATE_SECONDS", "40"))
SEED = int(os.environ.get("SIMULATE_SEED", "0"))
SHARES = 4  # of the time and of the seeds, so that several workers of pytest-xdist can play at once
ROUND = 50  # sequences, before the time is looked at

PACKAGES_ALONE = st.tuples(UNKNOWNS, st.lists(STEPS, min_size=1, max_size=6))
WITH_ASSOCIATIONS = st.tuples(UNKNOWNS_OF_DOMAINS, st.lists(MIXED_STEPS, min_size=1, max_size=8))


def play(sequence: tuple[Unknowns, list[AnyStep]]) -> None:
    """One sequence, and the guarantees after each of its operations and at its end."""
    counts["sequences"] += 1
    unknowns, steps = sequence
    life = Play(unknowns)
    for step in steps:
        life.step(step)
        assert not (broken := violations(life.world)), "\n".join(map(str, broken))
    assert not (broken := life.end()), "\n".join(map(str, broken))


@pytest.mark.parametrize("share", range(SHARES))
def test_the_guarantees_hold_in_random_sequences(share: int) -> None:
    begun, this, failures = time.monotonic(), SEED + share, []
    while time.monotonic() - begun < SECONDS / SHARES:
        try:
            _round(this)
        except AssertionError as failure:
            failures.append(f"{failure}\n{''.join(getattr(failure, '__notes__', []))}")
        this += SHARES
    counts["milliseconds"] += round(1000 * (time.monotonic() - begun))
    assert not failures, "\n\n".join(failures)


def _round(this: int) -> None:
    sequences = seed(this)(
        settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(st.one_of(PACKAGES_ALONE, WITH_ASSOCIATIONS))(play))
    )
    try:
        sequences()
    except AssertionError as failure:
        failure.add_note(f"Reproduce with: make simulate SEED={this} SECONDS=1")
        raise

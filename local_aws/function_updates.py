"""Lambda as it really is when the code of a function changes while it runs.

What runs goes on with the old code to its end, and whatever is invoked from then on runs the new one [O]. ministack
ends what runs.
"""

from __future__ import annotations

from typing import Any

_CURRENT = "$LATEST"  # what UpdateFunctionCode changes; ministack names no version when a function is deleted


def install() -> None:
    """Let ministack keep the processes that are at work until they have done it."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - reads its environment when imported
    from ministack.services import lambda_svc  # noqa: PLC0415

    outdated: list[Any] = []
    invalidate, release = lambda_svc.invalidate_worker, lambda_svc.release_worker

    def invalidate_what_is_idle(
        func_name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
    ) -> None:
        if qualifier == _CURRENT:
            with lambda_runtime._lock:
                pool = lambda_runtime._workers.get(f"{account}:{region}:{func_name}:{qualifier}", [])
                outdated.extend(worker for worker in pool if worker.in_use)
                pool[:] = [worker for worker in pool if not worker.in_use]
        invalidate(func_name, qualifier, account, region)

    def release_and_end(worker: Any) -> None:
        release(worker)
        with lambda_runtime._lock:
            ends = worker in outdated
            if ends:
                outdated.remove(worker)
        if ends:
            worker.kill()

    lambda_svc.invalidate_worker = invalidate_what_is_idle
    lambda_svc.release_worker = release_and_end

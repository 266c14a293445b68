"""An AWS on this machine to deploy stacks with packages to: what tests and people use of it.

The fixtures in `opensearch_packages_pytest` give a `LocalAws` and a `Deployer`. Everything else here is private.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.controls import LocalAwsError
    from local_aws.deployer import Deployer
    from local_aws.deployment import Deployment
    from local_aws.machine import LocalAws
    from local_aws.packages import Behaviour, Fault

__all__ = ["Behaviour", "Deployer", "Deployment", "Fault", "LocalAws", "LocalAwsError"]
_MODULES = {
    "Behaviour": "packages",
    "Deployer": "deployer",
    "Deployment": "deployment",
    "Fault": "packages",
    "LocalAws": "machine",
    "LocalAwsError": "controls",
}


def __getattr__(name: str) -> Any:
    """Imported when it is used: without the extra, the command still has to say what to install."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

"""The resource types that the provider serves."""

from __future__ import annotations

from release.schema.associations import ASSOCIATION
from release.schema.packages import PACKAGE

RESOURCE_TYPES = (PACKAGE, ASSOCIATION)

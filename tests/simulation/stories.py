"""Every kind of request there is, of every resource type."""

from __future__ import annotations

from typing import Any

from tests.simulation.association.stories import STORIES as OF_ASSOCIATIONS
from tests.simulation.package.stories import STORIES as OF_PACKAGES
from tests.simulation.story import Story

STORIES: tuple[Story[Any], ...] = (*OF_PACKAGES, *OF_ASSOCIATIONS)

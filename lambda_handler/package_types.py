"""The types of packages, as the API names them."""

from __future__ import annotations

DICTIONARY = "TXT-DICTIONARY"
PLUGIN = "ZIP-PLUGIN"
LICENSE = "PACKAGE-LICENSE"
CONFIGURATION = "PACKAGE-CONFIG"

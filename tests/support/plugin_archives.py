"""Archives of OpenSearch plugins."""

from __future__ import annotations

import zipfile
from io import BytesIO


def plugin_archive(engine: str = "2.17") -> bytes:
    """A plugin that is built for that version of OpenSearch, as far as the service looks at it."""
    descriptor = {
        "name": "analysis-shop",
        "description": "Shop analysis",
        "version": "1.0.0",
        "opensearch.version": f"{engine}.0",
        "java.version": "17",
        "classname": "shop.Plugin",
    }
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "plugin-descriptor.properties", "".join(f"{key}={value}\n" for key, value in descriptor.items())
        )
        archive.writestr("shop.jar", b"")
    return written.getvalue()

"""Plugins as OpenSearch's build makes them: a zip archive with a descriptor and a jar at its root."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zipfile import ZipFile

DESCRIPTOR = "plugin-descriptor.properties"


def descriptor(opensearch_version: str = "2.17.0", **more: str) -> str:
    """A descriptor with everything that OpenSearch asks for."""
    properties = {
        "name": "shop-analysis",
        "description": "Analysis for the shop",
        "version": "1.0.0",
        "opensearch.version": opensearch_version,
        "java.version": "11",
        "classname": "org.example.ShopPlugin",
        **more,
    }
    return "".join(f"{key}={value}\n" for key, value in properties.items())


def archive(entries: Mapping[str, str | bytes]) -> bytes:
    """A zip archive with these entries."""
    file = io.BytesIO()
    with ZipFile(file, "w") as zipped:
        for name, content in entries.items():
            zipped.writestr(name, content)
    return file.getvalue()


@cache
def plugin_archive(edition: str = "1", opensearch_version: str = "2.17.0", **more: str) -> bytes:
    """A whole plugin, whose content differs with ``edition``."""
    classes = archive(
        {
            "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n",
            "org/example/ShopPlugin.class": b"\xca\xfe\xba\xbe" + edition.encode(),
        }
    )
    return archive({DESCRIPTOR: descriptor(opensearch_version, **more), "shop-analysis.jar": classes})


def write_plugin(path: Path, text: str | None = None, name: str = DESCRIPTOR) -> str:
    """Writes an archive with nothing but a descriptor, ``text`` where it is given. Returns the path."""
    path.write_bytes(archive({name: descriptor() if text is None else text}))
    return str(path)

"""A plugin's archive, looked at before the service does.

The rules are OpenSearch's own (``PluginInfo`` and its install command); the service adds that the version in the
descriptor has to be the package's engine version:
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-plugins.html
"""

import posixpath
import re
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from aws_cdk import Token

from .java_properties import read_properties

DESCRIPTOR = "plugin-descriptor.properties"

_ENGINE = "OpenSearch_"
# A range of versions (`~2.17.0`, `[2.17.0,2.18.0)`): whether the service takes one is for the service to say.
_RANGE = re.compile(r"[~^=<>\[(].*|.*,.*", re.DOTALL)
_LONGEST_DESCRIPTOR = 1 << 20
_ENCRYPTED = 0x1


def check_plugin_archive(path: Path, engine_version: str) -> None:
    """Refuses an archive that cannot be installed on ``engine_version``.

    Args:
        path: The archive.
        engine_version: The version as the API writes it, ``OpenSearch_2.17``.

    Raises:
        ValueError: The archive cannot be read, has no descriptor at its root, or was built for another version.
    """
    try:
        with ZipFile(path) as archive:
            descriptor = _descriptor(path, archive)
        properties = read_properties(descriptor)
    except _ArchiveError:
        raise
    # For damaged bytes zipfile raises what its parts raise: some ten classes, from struct.error to NotImplementedError.
    except Exception as error:
        raise _ArchiveError(
            f"'source' must be a zip archive that can be read, got '{path}' ({error}); build the plugin again, for "
            "instance with bundlePlugin"
        ) from error
    _check_version(path, properties, engine_version)


class _ArchiveError(ValueError):
    """An archive is wrong, in words that say what to change."""


def _descriptor(path: Path, archive: ZipFile) -> bytes:
    entries = {_resolved(entry): entry for entry in archive.infolist() if not entry.is_dir()}
    outside = next((name for name in entries if name.startswith("/") or name.split("/")[0] == ".."), None)
    if outside is not None:
        raise _ArchiveError(
            f"'source' must be a plugin whose entries stay in its folder, got '{path}' with an entry that leads to "
            f"'{outside}'; OpenSearch installs no such plugin, so build it again"
        )
    entry = entries.get(DESCRIPTOR)
    if entry is None:
        elsewhere = next((name for name in entries if name.endswith(f"/{DESCRIPTOR}")), None)
        remedy = (
            f"it is at '{elsewhere}': zip the contents of that folder, not the folder"
            if elsewhere
            else "add the descriptor that the plugin's build makes"
        )
        raise _ArchiveError(
            f"'source' must be a plugin with '{DESCRIPTOR}' at the root of the archive, got '{path}'; {remedy}"
        )
    if entry.flag_bits & _ENCRYPTED:
        raise _ArchiveError(
            f"'source' must be an archive without a password, got '{path}', whose '{DESCRIPTOR}' is encrypted; zip "
            "the plugin without encryption"
        )
    if entry.file_size > _LONGEST_DESCRIPTOR:
        raise _ArchiveError(
            f"'source' must be a plugin with a descriptor of at most {_LONGEST_DESCRIPTOR:,} bytes, got '{path}', "
            f"whose '{DESCRIPTOR}' has {entry.file_size:,}; add the descriptor that the plugin's build makes"
        )
    return archive.read(entry)


def _resolved(entry: ZipInfo) -> str:
    """Where the file system puts an entry, relative to the plugin's folder: ``./a`` is ``a``; the last one stays."""
    return posixpath.normpath(entry.filename)


def _check_version(path: Path, properties: dict[str, str], engine_version: str) -> None:
    if Token.is_unresolved(engine_version) or not engine_version.startswith(_ENGINE):
        return
    built_for = properties.get("opensearch.version", "").strip()
    if (not built_for and "dependencies" in properties) or _RANGE.fullmatch(built_for):
        return
    needed = f"{engine_version.removeprefix(_ENGINE)}.0"
    if not built_for:
        raise _ArchiveError(
            f"'source' must be a plugin whose '{DESCRIPTOR}' says 'opensearch.version', got '{path}', which does not; "
            f"add opensearch.version={needed} to it"
        )
    if built_for != needed:
        raise _ArchiveError(
            f"'source' must be a plugin that was built for OpenSearch {needed}, because 'engine_version' is "
            f"'{engine_version}', got '{path}', which was built for {built_for}; build the plugin for that version "
            "or change 'engine_version'"
        )

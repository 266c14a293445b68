"""A plugin's archive, looked at before the service does.

The rules are OpenSearch's own (``PluginInfo`` and its install command); the service adds that the version in the
descriptor has to be the package's engine version:
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-plugins.html
"""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from aws_cdk import Token

DESCRIPTOR = "plugin-descriptor.properties"

_BUILT_FOR = re.compile(r"^[ \t]*opensearch\.version[ \t]*[=:][ \t]*(\S+)", re.MULTILINE)
_ENGINE = "OpenSearch_"


def check_plugin_archive(path: Path, engine_version: str) -> None:
    """Refuses an archive that cannot be installed on ``engine_version``.

    Args:
        path: The archive.
        engine_version: As the API writes it, ``OpenSearch_2.17``.

    Raises:
        ValueError: It is not a zip archive, has no descriptor at its root, or was built for another version.
    """
    try:
        with ZipFile(path) as archive:
            descriptor = _descriptor(path, archive)
    except BadZipFile as error:
        raise ValueError(
            f"the plugin '{path}' is not a zip archive ({error}); build it again, for instance with bundlePlugin"
        ) from error
    _check_version(path, descriptor, engine_version)


def _descriptor(path: Path, archive: ZipFile) -> str:
    names = archive.namelist()
    if DESCRIPTOR in names:
        return archive.read(DESCRIPTOR).decode(errors="replace")
    elsewhere = next((name for name in names if name.endswith(f"/{DESCRIPTOR}")), None)
    remedy = (
        f"it is at '{elsewhere}': zip the contents of that folder, not the folder"
        if elsewhere
        else "add the descriptor that the plugin's build makes"
    )
    raise ValueError(f"the plugin '{path}' must have '{DESCRIPTOR}' at the root of the archive; {remedy}")


def _check_version(path: Path, descriptor: str, engine_version: str) -> None:
    built_for = _BUILT_FOR.search(descriptor)
    # A plugin may name a range in `dependencies` instead: whether the service takes that is for it to say.
    if built_for is None or Token.is_unresolved(engine_version) or not engine_version.startswith(_ENGINE):
        return
    wanted = engine_version.removeprefix(_ENGINE)
    if not built_for[1].startswith(f"{wanted}."):
        raise ValueError(
            f"the plugin '{path}' was built for OpenSearch {built_for[1]}, but 'engine_version' is "
            f"'{engine_version}', which takes plugins built for {wanted}.0; build the plugin for that version or "
            "change 'engine_version'"
        )

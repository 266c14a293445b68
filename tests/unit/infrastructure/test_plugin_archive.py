from pathlib import Path

import pytest
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageSource, PackageType
from tests.support.plugin_archives import write_plugin
from tests.unit.infrastructure.stacks import existing_provider, new_stack

DESCRIPTOR = """\
# A plugin
name=my-plugin
description: Does things
version=1.0.0
java.version=21
classname=com.example.MyPlugin
opensearch.version=2.17.0
"""


def plugin(archive: str, engine_version: EngineVersion = EngineVersion.OPENSEARCH_2_17) -> None:
    stack = new_stack()
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_asset(archive),
        engine_version=engine_version,
        provider=existing_provider(stack),
    )


@pytest.mark.parametrize(
    "descriptor",
    [
        DESCRIPTOR,
        DESCRIPTOR.replace("opensearch.version=", "  opensearch.version : "),
        DESCRIPTOR.replace("\n", "\r\n"),
        DESCRIPTOR.replace("opensearch.version=2.17.0", 'dependencies={ opensearch: "~2.17.0" }'),
        DESCRIPTOR.replace("name=my-plugin", "name=caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
    ids=["plain", "colon", "crlf", "range", "latin"],
)
def test_a_plugin_for_the_engine_version_is_taken(descriptor: str, tmp_path: Path) -> None:
    plugin(write_plugin(tmp_path / "plugin.zip", descriptor))


def test_a_plugin_of_another_engine_is_left_to_the_service(tmp_path: Path) -> None:
    plugin(write_plugin(tmp_path / "plugin.zip", DESCRIPTOR), EngineVersion.ELASTICSEARCH_7_10)


@pytest.mark.parametrize("built_for", ["2.1.0", "2.170.0", "3.17.0", "${opensearch.version}"])
def test_a_plugin_for_another_version_is_an_error(built_for: str, tmp_path: Path) -> None:
    archive = write_plugin(tmp_path / "plugin.zip", DESCRIPTOR.replace("2.17.0", built_for))
    with pytest.raises(ValueError, match=r"was built for .* but 'engine_version' is 'OpenSearch_2\.17'") as error:
        plugin(archive)

    assert built_for in str(error.value)


def test_an_archive_without_a_descriptor_is_an_error(tmp_path: Path) -> None:
    archive = write_plugin(tmp_path / "plugin.zip", "content", "plugin.jar")
    with pytest.raises(ValueError, match=r"must have 'plugin-descriptor\.properties' at the root of the archive; add"):
        plugin(archive)


def test_a_zipped_folder_is_an_error_that_says_so(tmp_path: Path) -> None:
    archive = write_plugin(tmp_path / "plugin.zip", DESCRIPTOR, "my-plugin/plugin-descriptor.properties")
    with pytest.raises(ValueError, match=r"it is at 'my-plugin/plugin-descriptor\.properties': zip the contents"):
        plugin(archive)


def test_a_file_that_is_no_archive_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plugin.zip").write_text("not a zip")
    with pytest.raises(ValueError, match="is not a zip archive"):
        plugin(str(tmp_path / "plugin.zip"))

import io
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile

import pytest
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import PackageSource
from tests.support.plugin_archives import DESCRIPTOR, archive, descriptor, write_plugin
from tests.unit.infrastructure.stacks import new_stack, plugin


def install(path: str | Path, engine_version: EngineVersion = EngineVersion.OPENSEARCH_2_17) -> None:
    plugin(new_stack(), source=PackageSource.from_asset(path), engine_version=engine_version)


@pytest.mark.parametrize(
    "text",
    [
        descriptor(),
        descriptor().replace("opensearch.version=", "  opensearch.version : "),
        descriptor().replace("opensearch.version=", "opensearch.version "),
        descriptor().replace("opensearch.version=", "opensearch.version\\\n    ="),
        descriptor().replace("opensearch.version=2.17.0", "opensearch.version=2.\\\n   17.0"),
        descriptor().replace("opensearch.version=", "opensearch\\u002eversion="),
        descriptor().replace("\n", "\r\n"),
        "opensearch.version=1.0.0\n" + descriptor(),
        "# opensearch.version=1.0.0\n! opensearch.version=1.0.0\n" + descriptor(),
        descriptor("~2.17.0"),
        descriptor("[2.17.0,2.18.0)"),
        descriptor().replace("opensearch.version=2.17.0", 'dependencies={ opensearch: "~2.17.0" }'),
        descriptor(name="caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
    ids=[
        "plain",
        "colon",
        "blank",
        "separator continued",
        "value continued",
        "escaped key",
        "crlf",
        "twice, the last counts",
        "comments",
        "range",
        "interval",
        "dependencies",
        "latin",
    ],
)
def test_a_plugin_for_the_engine_version_is_taken_however_its_descriptor_is_written(text: str, tmp_path: Path) -> None:
    install(write_plugin(tmp_path / "plugin.zip", text))


def test_a_plugin_of_another_engine_is_left_to_the_service(tmp_path: Path) -> None:
    install(write_plugin(tmp_path / "plugin.zip"), EngineVersion.ELASTICSEARCH_7_10)


@pytest.mark.parametrize(
    "built_for", ["2.1.0", "2.170.0", "3.17.0", "2.17.1", "2.17", "2.17.0-SNAPSHOT", "02.17.0", "${opensearch.version}"]
)
def test_a_plugin_for_another_version_is_an_error(built_for: str, tmp_path: Path) -> None:
    path = write_plugin(tmp_path / "plugin.zip", descriptor(built_for))
    message = r"built for OpenSearch 2\.17\.0, because 'engine_version' is 'OpenSearch_2\.17'"
    with pytest.raises(ValueError, match=message) as error:
        install(path)

    assert f"was built for {built_for};" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        descriptor("2.17.0") + "opensearch.version=1.0.0\n",
        descriptor("2.17.0") + "opensearch.version=1.0\\\n.0\n",
        descriptor("2.17.0") + "opensearch.version 1.0.0\n",
    ],
    ids=["twice", "continued", "blank"],
)
def test_a_version_is_not_overlooked_however_it_is_written(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"which was built for 1\.0\.0"):
        install(write_plugin(tmp_path / "plugin.zip", text))


@pytest.mark.parametrize("built_for", [None, "", "  "])
def test_a_plugin_that_does_not_say_its_version_is_an_error(built_for: str | None, tmp_path: Path) -> None:
    line = "" if built_for is None else f"opensearch.version={built_for}\n"
    path = write_plugin(tmp_path / "plugin.zip", descriptor().replace("opensearch.version=2.17.0\n", line))
    with pytest.raises(ValueError, match=r"says 'opensearch\.version'.* add opensearch\.version=2\.17\.0 to it"):
        install(path)


@pytest.mark.parametrize("name", [f"./{DESCRIPTOR}", f".//{DESCRIPTOR}", f"lib/../{DESCRIPTOR}", f"./././{DESCRIPTOR}"])
def test_an_entry_is_found_where_the_file_system_puts_it(name: str, tmp_path: Path) -> None:
    install(write_plugin(tmp_path / "plugin.zip", name=name))


def test_of_two_entries_in_one_place_the_last_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    path.write_bytes(archive({DESCRIPTOR: descriptor("2.17.0"), f"./{DESCRIPTOR}": descriptor("2.11.0")}))
    with pytest.raises(ValueError, match=r"which was built for 2\.11\.0"):
        install(path)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "lib/../../evil"])
def test_a_plugin_that_leaves_its_folder_is_an_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    path.write_bytes(archive({DESCRIPTOR: descriptor(), name: "x"}))
    with pytest.raises(ValueError, match="'source' must be a plugin whose entries stay in its folder"):
        install(path)


def test_an_archive_without_a_descriptor_is_an_error(tmp_path: Path) -> None:
    path = write_plugin(tmp_path / "plugin.zip", name="plugin.jar")
    message = rf"with '{DESCRIPTOR}' at the root of the archive, got '{path}'; add the descriptor"
    with pytest.raises(ValueError, match=message):
        install(path)


def test_a_zipped_folder_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = write_plugin(tmp_path / "plugin.zip", name=f"my-plugin/{DESCRIPTOR}")
    with pytest.raises(ValueError, match=rf"it is at 'my-plugin/{DESCRIPTOR}': zip the contents of that folder"):
        install(path)


def encrypted(content: bytes) -> bytes:
    """The archive, with every entry marked as encrypted."""
    damaged = bytearray(content)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = damaged.find(signature)
        while at >= 0:
            damaged[at + flags] |= 1
            at = damaged.find(signature, at + 4)
    return bytes(damaged)


def test_an_encrypted_descriptor_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    path.write_bytes(encrypted(archive({DESCRIPTOR: descriptor()})))
    with pytest.raises(ValueError, match=rf"without a password, got '{path}'.* zip the plugin without encryption"):
        install(path)


def damaged_archives() -> dict[str, bytes]:
    good = archive({DESCRIPTOR: descriptor()})
    compressed = io.BytesIO()
    with ZipFile(compressed, "w", compression=ZIP_LZMA) as zipped:
        zipped.writestr(DESCRIPTOR, descriptor())
    return {
        "no archive": b"not a zip",
        "cut": good[:-30],
        "another byte in the descriptor": good.replace(b"classname", b"clAssname", 1),
        "unknown compression": good.replace(b"\x14\x00\x00\x00\x00\x00", b"\x14\x00\x00\x00\x63\x00"),
        "damaged lzma": compressed.getvalue().replace(b"\x05\x00]", b"\x05\x00\xff", 1),
        "malformed escape": archive({DESCRIPTOR: "name=\\u12\n"}),
    }


@pytest.mark.parametrize("name", damaged_archives())
def test_an_archive_that_cannot_be_read_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    path.write_bytes(damaged_archives()[name])
    with pytest.raises(ValueError, match=f"'source' must be a zip archive that can be read, got '{path}'"):
        install(path)


def test_a_descriptor_of_absurd_size_is_an_error_and_not_read(tmp_path: Path) -> None:
    path = write_plugin(tmp_path / "plugin.zip", "#" * (1 << 20) + "\n")
    with pytest.raises(ValueError, match=r"a descriptor of at most 1,048,576 bytes.* has 1,048,577"):
        install(path)

"""Writes stand-ins for what the builds of plugins make and vendors deliver into build/: `python3 make_files.py`.

They are enough to synthesize the examples and to deploy them to the local AWS. Amazon OpenSearch Service itself takes
real plugins only.
"""

from pathlib import Path
from zipfile import ZipFile

BUILD = Path("build")
DESCRIPTOR = """\
description=A stand-in for a plugin
version=1.0.0
name={name}
classname=org.example.Plugin
java.version=11
opensearch.version=2.17.0
"""


def main() -> None:
    """Writes all of them."""
    BUILD.mkdir(exist_ok=True)
    for name in ("shop-analysis", "vendor-plugin"):
        with ZipFile(BUILD / f"{name}.zip", "w") as plugin:
            plugin.writestr("plugin-descriptor.properties", DESCRIPTOR.format(name=name))
            plugin.writestr(f"{name}.jar", b"")
    with ZipFile(BUILD / "configuration.zip", "w") as configuration:
        configuration.writestr("plugin.yml", "language: ko\n")
    (BUILD / "license.json").write_text('{"licensee": "shop"}\n', encoding="utf-8")


if __name__ == "__main__":
    main()

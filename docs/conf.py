"""How Sphinx makes the documentation site: `make docs`.

The source folder is the repository itself, so a page's links are the same on the site, on GitHub and in an editor. What
a link names that is no page (a template, a schema, a module) becomes a file of the site.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "constructs"), str(ROOT)]
# The runtime of the CDK, which the docstrings' module needs: its banner about Node belongs in no log of warnings.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")

from release.version import version_of  # noqa: E402 - the path comes first

project = "cdk-opensearch-packages"
release = version_of()
language = "en"
highlight_language = "none"  # of a block that names none

root_doc = "README"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/**.md",
    "docs/**.rst",
    "examples/*.md",
]
# Not even looked into, because they are large.
exclude_patterns = [".*", "node_modules", "cdk.out", "dist", "site"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.mermaid"]

# Markdown: headings get the anchors that GitHub gives them.
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]

# The reference of the constructs and of the local AWS, from their docstrings.
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True
toc_object_entries_show_parents = "hide"
autodoc_default_options = {"members": True, "undoc-members": True}
napoleon_use_ivar = True
# Every name in a signature has to lead somewhere. These are documented elsewhere.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(aws_cdk|botocore|constructs|jsii|collections\.abc|os|enum|pathlib|Path|typing)\b.*"),
    ("py:class", r"(Buildable|local_aws\.access\.Key)"),
]

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"{project} {release}"
html_additional_pages = {"index": "index.html"}
templates_path = ["site"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

# A diagram is drawn by the browser, with the Mermaid that `make docs` has put beside the pages: nothing is loaded from
# elsewhere.
html_static_path = ["site/static", "../.venv-docs/static"]
html_css_files = ["site.css"]
mermaid_use_local = "mermaid/mermaid.esm.min.mjs"
mermaid_fullscreen = False
mermaid_height = "auto"


def navigation(readme: str) -> dict[str, list[str]]:
    """The groups of pages in the README's section "Documentation", with the names of their documents."""
    section = readme[readme.index("\n## Documentation\n") :]
    groups: dict[str, list[str]] = {}
    for caption, page in re.findall(r"^\*\*(.+)\*\*$|^- \[.+?\]\(([^)#]+)\.(?:md|rst)\)", section, re.MULTILINE):
        if caption:
            groups[caption] = []
        else:
            next(reversed(groups.values())).append(page)
    listed = {page for group in groups.values() for page in group}
    there = {str(path.relative_to(ROOT).with_suffix("")) for path in ROOT.glob("docs/*.md")}
    # A new page shows up, also before the README lists it.
    next(iter(groups.values())).extend(sorted(there - listed))
    return groups


def _add_navigation(_app: object, document: str, source: list[str]) -> None:
    """The README lists the pages; what stands beside every page of the site is made of that list."""
    if document == root_doc:
        for caption, pages in navigation(source[0]).items():
            listed = "\n".join(pages)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"
    if document == "docs/decisions/README":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"


def _refuse_missing_docstring(
    _app: object, what: str, name: str, _object: object, _options: Any, lines: list[str]
) -> None:
    if what != "module" and not any(lines):
        from sphinx.util import logging  # noqa: PLC0415 - not there when the tests read this file

        logging.getLogger(__name__).warning("%s has no docstring", name, type="docstring")


def _show_how_constructs_are_made() -> None:
    """Classes of jsii are called through their metaclass, whose signature would be shown instead of their own."""
    import cdk_opensearch_packages as library  # noqa: PLC0415 - seconds, and not for who only reads the navigation

    for one in (library.Package, library.PackageAssociation, library.PackageProvider):
        made = inspect.signature(one.__init__, eval_str=True)
        one.__signature__ = made.replace(  # type: ignore[attr-defined]
            parameters=[*made.parameters.values()][1:], return_annotation=inspect.Signature.empty
        )


def setup(app: Any) -> None:
    """What no option of Sphinx says."""
    _show_how_constructs_are_made()
    app.connect("source-read", _add_navigation)
    app.connect("autodoc-process-docstring", _refuse_missing_docstring)

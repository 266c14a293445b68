"""The command reads the mark that the provider writes."""

from __future__ import annotations

import pytest

from lambda_handler import ownership
from lambda_handler.ownership import Owner, fingerprint
from opensearch_packages_cli import marks
from tests.unit.cli.world import stack_id

LONG = "x" * 200
OWNER = Owner(stack_id("shop"), "Synonyms", "request")
MARK = OWNER.sign("", fingerprint("source"))


@pytest.mark.parametrize("text", ["", "Shop synonyms", MARK, "see [cloudformation docs"])
@pytest.mark.parametrize("names", [("shop", "Synonyms"), (LONG, "Synonyms"), ("shop", LONG), (LONG, LONG)])
def test_what_the_provider_writes_is_read_as_the_provider_reads_it(text: str, names: tuple[str, str]) -> None:
    owner = Owner(stack_id(names[0]), names[1], "request")
    description = owner.sign(text, fingerprint("source"))
    read, providers = marks.read(description), ownership.read(description)[1]
    assert read is not None
    assert providers is not None
    assert (f"{read.stack_name}/{read.logical_id}", read.stack, read.resource) == (
        providers.names,
        providers.stack,
        providers.resource,
    )
    for name, shown in zip(names, (read.stack_name, read.logical_id), strict=True):
        assert (marks.SHORTENED in shown) == (name != shown) == (len(name) > ownership.LONGEST_NAME)
    assert read.is_of_stack(owner.stack_id)
    assert read.is_of_resource(owner.logical_id)
    assert not read.is_of_stack(stack_id(names[0], edition=2))
    assert not read.is_of_resource("Another")


@pytest.mark.parametrize(
    "description",
    [
        "",
        "by hand",
        MARK[:-2],
        MARK.upper(),
        f"{MARK} and more",
        MARK.replace("shop/", "[shop/"),
        f"{MARK} \n",
        f"x{MARK}",
    ],
)
def test_what_is_no_mark_to_the_provider_is_none_to_the_command(description: str) -> None:
    assert (marks.read(description) is None) == (ownership.read(description)[1] is None)

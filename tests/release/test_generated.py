"""The generated files are those that the sources make."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import generated

ROOT = Path(__file__).parents[2]


def test_every_generated_file_is_up_to_date(made: dict[str, str]) -> None:
    stale = [path for path, text in made.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make templates`, and commit what it writes"


def test_only_files_that_differ_are_written(
    made: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generated, "generated", lambda: made)
    assert generated.write(tmp_path) == list(made)
    assert generated.write(tmp_path) == []
    (tmp_path / "templates/example.yaml").write_text("Resources: {}\n")
    assert generated.write(tmp_path) == ["templates/example.yaml"]

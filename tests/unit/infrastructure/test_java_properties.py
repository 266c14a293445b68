"""The examples are those of the documentation of java.util.Properties, and what its source does at the edges."""

import pytest

from cdk_opensearch_packages.java_properties import read_properties


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("Truth = Beauty", {"Truth": "Beauty"}),
        (" Truth:Beauty", {"Truth": "Beauty"}),
        ("Truth            :Beauty", {"Truth": "Beauty"}),
        ("Truth Beauty", {"Truth": "Beauty"}),
        ("Truth\tBeauty", {"Truth": "Beauty"}),
        ("Truth == Beauty", {"Truth": "= Beauty"}),
        ("fruits   apple, banana, \\\n   pear, \\\n  plum", {"fruits": "apple, banana, pear, plum"}),
        ("cheeses", {"cheeses": ""}),
        ("cheeses=", {"cheeses": ""}),
        ("= value", {"": "value"}),
        ("a\\:b\\=c\\ d=e", {"a:b=c d": "e"}),
        ("tab=\\ta\\nb", {"tab": "\ta\nb"}),
        ("other=\\q\\z\\\\", {"other": "qz\\"}),
        ("unicode=\\u00e9\\u20AC", {"unicode": "\xe9\u20ac"}),
        ("# comment\n! comment\n  # comment\nkey=value", {"key": "value"}),
        ("# no continuation \\\nkey=value", {"key": "value"}),
        ("key=a\\\n# b", {"key": "a# b"}),
        ("key=a\\\\\nother=b", {"key": "a\\", "other": "b"}),
        ("key=a\\\\\\\n  b", {"key": "a\\b"}),
        ("key=a\\\n\nother=b", {"key": "a", "other": "b"}),
        ("key=a\\", {"key": "a"}),
        ("\\\n\nkey=a", {"key": "a"}),
        ("key=a\rother=b\r\nthird=c\n", {"key": "a", "other": "b", "third": "c"}),
        ("key=a\\\r\n  b", {"key": "ab"}),
        ("key=a\nkey=b", {"key": "b"}),
        ("key=trailing  ", {"key": "trailing  "}),
        ("", {}),
        ("\n \t\f\n", {}),
    ],
)
def test_is_read_as_java_reads_it(text: str, properties: dict[str, str]) -> None:
    assert read_properties(text.encode()) == properties


def test_bytes_are_latin() -> None:
    assert read_properties(b"name=caf\xe9") == {"name": "caf\xe9"}


@pytest.mark.parametrize("text", ["a=\\u12", "a=\\u", "a=\\uXYZW", "\\u=b"])
def test_a_malformed_escape_is_an_error_as_it_is_in_java(text: str) -> None:
    with pytest.raises(ValueError, match="four hexadecimal digits"):
        read_properties(text.encode())

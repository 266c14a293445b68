"""What a text refers to, where it has tokens."""

from aws_cdk import Reference, Tokenization
from constructs import IConstruct


def constructs_in(text: str) -> list[IConstruct]:
    """Returns the constructs whose attributes a text has tokens for."""
    tokens = Tokenization.reverse_string(text).tokens
    return [token.target for token in tokens if isinstance(token, Reference)]

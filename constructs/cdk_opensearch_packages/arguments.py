"""Arguments of another type than an option takes: a TypeError that names the option, instead of one from deep inside.

mypy and pyright find these before anything runs. Many CDK apps run neither.
"""

from aws_cdk import Token

_SHOWN = 60


def check_type(option: str, value: object, kind: type | tuple[type, ...], takes: str, *, optional: bool = True) -> None:
    """Refuses a value that is no ``kind``.

    Args:
        option: The name of the option.
        value: What was given for it.
        kind: The class that the option takes. A bool is no int.
        takes: What the option takes, in words.
        optional: Whether None is allowed.
    """
    if (optional and value is None) or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return
    raise wrong_type(option, value, takes)


def check_interface(option: str, value: object, members: tuple[str, ...], takes: str, *, optional: bool = True) -> None:
    """Refuses a value that lacks one of the members that tell an interface of the CDK."""
    if optional and value is None:
        return
    # A class has the members, too, but no values for them.
    if isinstance(value, type) or not all(hasattr(value, member) for member in members):
        raise wrong_type(option, value, takes)


def check_text(option: str, value: str | None, *, optional: bool = True) -> None:
    """Refuses what is no string, and a string that cannot be written in UTF-8."""
    check_type(option, value, str, "a string", optional=optional)
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"'{option}' must be text that can be written in UTF-8, got half a surrogate pair at character "
            f"{error.start}; correct the text"
        ) from None


def check_length(option: str, value: str | None, maximum: int) -> None:
    """Refuses a text of more than ``maximum`` characters."""
    check_text(option, value)
    if value is None or Token.is_unresolved(value) or len(value) <= maximum:
        return
    raise ValueError(f"'{option}' must have at most {maximum} characters, got {len(value)}")


def wrong_type(option: str, value: object, takes: str) -> TypeError:
    """Returns the error that ``option`` takes something else."""
    shown = repr(value)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    return TypeError(f"'{option}' takes {takes}, got {shown} of type {type(value).__name__}")

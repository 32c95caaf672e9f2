"""What pydantic says of a parameter that may be left out, without the null that no query can carry."""

from pydantic.config import JsonDict


def no_null(schema: JsonDict) -> None:
    """Take null out of a parameter's schema: one left out is None inside, but no client can send it."""
    either = schema.pop("anyOf")
    assert isinstance(either, list)
    for choice in either:
        if isinstance(choice, dict) and choice != {"type": "null"}:
            schema.update(choice)

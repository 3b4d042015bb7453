"""Shapes that every route shares."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Schema(BaseModel):
    """An API shape. Output shapes have no defaults, so that every field is always there."""

    model_config = ConfigDict(from_attributes=True)


class Sent(Schema):
    """What somebody sends; no text in it has characters that a database cannot store."""

    @model_validator(mode="before")
    @classmethod
    def _is_storable(cls, sent: Any) -> Any:
        for value in sent.values() if isinstance(sent, dict) else ():
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str):
                    storable(text)
        return sent


def storable(text: str) -> str:
    """Return a text that every database can store.

    Raises:
        PydanticCustomError: where it has a NUL, or half of a pair of UTF-16.
    """
    if "\0" in text or (not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text)):
        raise PydanticCustomError("not_storable", "it has characters that cannot be stored")
    return text


Search = Annotated[str, Query(max_length=200), AfterValidator(storable)]
PageNumber = Annotated[int, Query(ge=1, le=10**6)]


class Problem(Schema):
    """An error: one sentence that the reader can act on."""

    detail: str

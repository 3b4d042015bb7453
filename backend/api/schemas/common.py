"""Shapes that every route shares."""

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """An API shape. Output shapes have no defaults, so that every field is always there."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Schema):
    """An error: one sentence that the reader can act on."""

    detail: str

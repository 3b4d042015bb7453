"""All routes under one prefix, and beside them what machines ask about the server."""

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from backend.api.routes import (
    account,
    agreement,
    analyses,
    audit,
    cases,
    incoming,
    maps,
    operations,
    people,
    performance,
    provider,
    reports,
    reviews,
    second_factor,
    session,
    signatures,
    slides,
    tiles,
    tokens,
    worklist,
)
from backend.api.schemas.common import Problem

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, **said}
    for status, said in {
        400: {"description": "What was sent cannot be read."},
        401: {"description": "Nobody is signed in."},
        403: {"description": "It is not for who asks."},
        404: {"description": "There is no such thing."},
        409: {"description": "It does not fit the present state."},
        422: {"description": "What was sent is not valid."},
        429: {"description": "Too many requests, or wrong attempts: whoever asks has to wait."},
        503: {"description": "Something that is needed for it does not answer at present."},
    }.items()
}


def operation_id(route: APIRoute) -> str:
    """Name an operation as its function is named, so that the generated client reads well."""
    return route.name


router = APIRouter(prefix="/api", responses=PROBLEMS, generate_unique_id_function=operation_id)
for module in (
    session, provider, account, second_factor, tokens, worklist, cases, slides, incoming, tiles, analyses, maps,
    reviews, reports, signatures, agreement, performance, people, audit, operations,
):  # fmt: skip
    router.include_router(module.router)

probes = APIRouter(generate_unique_id_function=operation_id)
probes.include_router(operations.probes)

"""What tokens may do: the scope that each address asks for. What does not stand here, no token may do.

No token signs, decides, deletes a slide or a case, or touches an account.
"""

import re

from starlette.requests import Request

from backend.services.api_tokens import PREFIX, Scope
from backend.wsi.deepzoom import REVISION
from backend.wsi.srgb import SRGB_REVISION

_DEEPZOOM, _SRGB = f"deepzoom-{REVISION}", f"deepzoom-{REVISION}-srgb-{SRGB_REVISION}"
_TILE = "{dz_level}/{column}_{row}"

SCOPES: dict[Scope, tuple[str, ...]] = {
    "slides:read": (
        "GET /worklist", "GET /slides", "GET /cases", "GET /cases/{case_id}", "GET /slides/{slide_id}",
        "GET /slides/{slide_id}/same-file", "GET /slides/{slide_id}/analyses", "GET /slides/{slide_id}/colours",
        "GET /slides/{slide_id}/crop.jpeg", "GET /slides/{slide_id}/thumbnail.jpeg",
        f"GET /slides/{{slide_id}}/{_DEEPZOOM}.dzi", f"GET /slides/{{slide_id}}/{_SRGB}.dzi",
        f"GET /slides/{{slide_id}}/{_DEEPZOOM}_files/{_TILE}.jpeg",
        f"GET /slides/{{slide_id}}/{_SRGB}_files/{_TILE}.jpeg",
        "GET /analyses/{analysis_id}", "GET /analyses/{analysis_id}/findings", "GET /analyses/{analysis_id}/maps",
        f"GET /analyses/{{analysis_id}}/maps/{{name}}/{_TILE}.png",
    ),
    "slides:write": (
        "GET /incoming", "POST /incoming", "DELETE /incoming/{incoming_id}",
        "POST /uploads", "HEAD /uploads/{address}", "PATCH /uploads/{address}", "DELETE /uploads/{address}",
        "PATCH /slides/{slide_id}", "POST /slides/analyses", "POST /slides/{slide_id}/analyses",
        "POST /analyses/{analysis_id}/cancel", "POST /cases", "POST /cases/{case_id}/slides",
    ),
    "reviews:read": (
        "GET /analyses/{analysis_id}/review", "GET /analyses/{analysis_id}/review/glands",
        "GET /analyses/{analysis_id}/review/signatures",
    ),
    "reports:read": (
        "GET /analyses/{analysis_id}/lesions.geojson", "GET /analyses/{analysis_id}/review/report/{format}",
        "GET /analyses/{analysis_id}/review/signatures/{number}/report/{format}",
    ),
}  # fmt: skip


def _pattern(route: str) -> re.Pattern[str]:
    method, _, path = route.partition(" ")
    parts = (re.escape(part) if number % 2 == 0 else "[^/]+" for number, part in enumerate(re.split(r"{(\w+)}", path)))
    return re.compile(f"{method} /api{''.join(parts)}")


_PATTERNS = [(_pattern(route), scope) for scope, routes in SCOPES.items() for route in routes]


def scope_of(request: Request) -> Scope | None:
    """Return the scope that a token needs for this request; None where no token may ask it."""
    asked = f"{request.method} {request.url.path}"
    return next((scope for pattern, scope in _PATTERNS if pattern.fullmatch(asked)), None)


def secret_in(request: Request) -> str | None:
    """Return the token with which a program asks, if it does; other schemes and tokens are somebody else's."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip().startswith(PREFIX) else None

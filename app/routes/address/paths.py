"""The form that a path names by its extension, as in `/draw/penguin.svg` and `/draw/penguin/seed/ada.png`."""

import re

from starlette.requests import Request

from app.errors import Invalid, UnknownCategory, UnknownExtension
from app.formats.negotiation import MEDIA_TYPES, Format, negotiate
from app.routes.service import Service

EXTENSIONS: dict[str, Format] = {form: form for form in MEDIA_TYPES}
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,8}")  # what may be meant as one


def split_extension(name: str) -> tuple[str, Format | None]:
    """The end of a path without its extension, and the form that this names; None where it ends in none that we have.

    One extension is taken off: `v1.2.png` is `v1.2` as PNG, and `v1.2` is all name.
    """
    if "." not in name:  # as nearly all
        return name, None
    stem, _, extension = name.rpartition(".")
    form = EXTENSIONS.get(extension.lower()) if stem else None
    return (name, None) if form is None else (stem, form)


def form_of(request: Request, extension: Format | None, parameter: Format | None) -> Format:
    """The form of an answer: that of the path's extension, else of `format`, else what the Accept header prefers.

    Raises Invalid where `format` contradicts the extension, NotAcceptable where the header admits none.
    """
    if extension is None:
        return parameter or negotiate(request)
    if parameter not in (None, extension):
        raise Invalid([("format", f"Contradicts the path, which ends in .{extension}")])
    return extension


def names_form(request: Request) -> bool:
    """Whether the address alone says the form, so that the Accept header makes no difference."""
    is_said = bool(request.scope["query_string"]) and "format" in request.query_params
    return is_said or split_extension(request.scope["path"])[1] is not None


async def category_and_form(
    request: Request, service: Service, name: str, parameter: Format | None
) -> tuple[str, Format]:
    """The category at the end of a path, and the form of the answer. Raises as `form_of`, or UnknownExtension."""
    stem, extension = split_extension(name)
    if extension is None and "." in name:
        await _check_dot(service, name)
    return stem, form_of(request, extension, parameter)


async def _check_dot(service: Service, name: str) -> None:
    """Raises UnknownExtension where a name with a dot is a category only without what follows that."""
    stem, _, extension = name.rpartition(".")
    if await _is_category(service, name) or not _EXTENSION.fullmatch(extension):
        return
    if await _is_category(service, stem):
        raise UnknownExtension(extension, list(EXTENSIONS))


async def _is_category(service: Service, name: str) -> bool:
    try:
        await service.library.subject(name, None)
    except UnknownCategory:
        return False
    return True

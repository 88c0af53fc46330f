"""Files that people uploaded, given back: as a download, or shown in place; never run by the browser."""

from django.http import FileResponse, Http404

from files.models import StoredFile

_NEVER_RUN = "default-src 'none'; sandbox"
# A picture that is opened by itself is centred by the browser with a style of its own.
_SHOWN_IN_PLACE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def as_download(stored: StoredFile, *, name: str) -> FileResponse:
    """A stored file's bytes under a name."""
    return _answer(stored, name, policy=_NEVER_RUN, is_download=True)


def as_shown(stored: StoredFile, *, name: str) -> FileResponse:
    """A PDF or picture to be shown inside a page of the portal, and only there; Http404 for any other kind.

    Its content was recognised when it came in, the browser may not guess another, and in the sandbox nothing runs.
    """
    if not stored.shown_as:
        raise Http404(stored.content_type)
    response = _answer(stored, name, policy=_SHOWN_IN_PLACE, is_download=False)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _answer(stored: StoredFile, name: str, *, policy: str, is_download: bool) -> FileResponse:
    response = FileResponse(
        stored.content.open("rb"), as_attachment=is_download, filename=name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

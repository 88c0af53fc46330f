"""Files that people uploaded, given back: always as a download, never run by the browser."""

from django.http import FileResponse

from files.models import StoredFile


def as_download(stored: StoredFile, *, name: str) -> FileResponse:
    """A stored file's bytes under a name."""
    response = FileResponse(
        stored.content.open("rb"), as_attachment=True, filename=name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

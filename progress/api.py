"""The imports for programs: what a register's columns hold, a file sent, what was found in it, its confirmation."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import arrived_at, signed_in
from common.errors import Invalid, NotAllowed
from common.workbook.register import columns_as_json, rules_of
from files.services import read_upload
from progress.excel.help import columns_as_json as progress_columns
from progress.queries.import_documents import batch_document
from progress.queries.import_pages import find_batch
from progress.services.import_kinds import Choice, ImportKind, kinds_for
from progress.services.imports import SentFile, confirm_import, receive_file
from progress.services.imports.progress_kind import ProgressKind
from progress.services.register_imports import RegisterKind
from targets.queries import plan_for


class ChoiceSerializer(serializers.Serializer[Any]):
    """What is said when a preview is confirmed: the one that was seen, and what was decided in it."""

    digest = serializers.CharField(max_length=64, allow_blank=True, default="")
    overwrite = serializers.ListField(child=serializers.IntegerField(min_value=0), default=list)
    reason = serializers.CharField(allow_blank=True, default="", max_length=2_000)
    extra = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=2_000), default=dict)


@api_view(["GET"])
def columns(request: Request, root: str, year: int, kind: str) -> Response:
    """What each column of a file holds: the declaration by which files are read and forms are made."""
    person = signed_in(request)
    plan_for(person, root, year)
    found = _kind(person, kind)
    if isinstance(found, ProgressKind):
        return Response({"kind": found.code, "columns": progress_columns(_), "rules": []})
    if not isinstance(found, RegisterKind):
        raise Http404
    rules = rules_of(found.register, _)
    return Response({"kind": found.code, "columns": columns_as_json(found.register, _), "rules": rules})


@api_view(["POST"])
def send(request: Request, root: str, year: int, kind: str) -> Response:
    """Send a file (`file`): refused with every problem, or waiting to be confirmed; 201 with its document."""
    person = signed_in(request)
    plan, found = plan_for(person, root, year), _kind(person, kind)
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(_("没有选择文件。"), _("请先选择要导入的工作簿。"))
    sent = SentFile(read_upload(upload, max_bytes=settings.IMPORT_MAX_BYTES), upload.name or "")
    batch = receive_file(sent, kind=found, plan=plan, by=person, at=arrived_at(request))
    return Response(batch_document(batch), status=201)


@api_view(["GET"])
def batch(request: Request, root: str, year: int, uuid: UUID) -> Response:
    """What was found in a file, and what became of it."""
    return Response(batch_document(find_batch(signed_in(request), root, year, uuid, whole=True)))


@api_view(["POST"])
def confirm(request: Request, root: str, year: int, uuid: UUID) -> Response:
    """Write a file as its preview says; a long one goes on in the background. The document as it is then."""
    person = signed_in(request)
    found = find_batch(person, root, year, uuid, whole=True)
    said = ChoiceSerializer(data=request.data)
    said.is_valid(raise_exception=True)
    asked = said.validated_data
    choice = Choice(frozenset(asked["overwrite"]), asked["reason"], asked["extra"])
    confirm_import(found, choice, seen=asked["digest"], by=person, at=arrived_at(request))
    return Response(batch_document(found))


def _kind(person: User, code: str) -> ImportKind:
    kinds = {kind.code: kind for kind in kinds_for(person)}
    if not kinds:
        raise NotAllowed(_("您的角色不能导入。"), _("请联系系统管理员。"))
    if code not in kinds:
        raise Http404
    return kinds[code]

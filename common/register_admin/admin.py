"""A register in Django's admin: looked up by who may see it, sent and taken away as a whole by who may change it."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.results import RowResult

from common.downloads import as_workbook
from common.errors import Conflict, Invalid, NotAllowed, PortalError
from common.instants import local_day
from common.readonly_admin import ReadOnlyAdmin
from common.register_admin.formats import RegisterFile, as_link, limits
from common.register_admin.forms import ConfirmForm, RegisterImportForm, token_of
from common.register_admin.resource import RegisterResult, words_of
from common.register_admin.signals import RefusedFile, file_refused
from common.register_admin.uploads import WaitingFile
from common.workbook.problems import FileRefused
from common.workbook.reading import marked_file, marking_of
from common.workbook.register import describe, rules_of

_LARGEST_MARKED = 1024 * 1024  # bytes: the marked file is part of the page, for it is kept nowhere
_SHOWN = 200  # rows of a preview that are shown: more say nothing to the eye


class RegisterAdmin(ImportExportMixin, ReadOnlyAdmin):  # type: ignore[misc]
    """A register whose rows come in and go out in files by who may do `edit_action`; nothing else changes it here."""

    edit_action = ""
    import_template_name = "register_admin/import.html"
    import_form_class = RegisterImportForm
    confirm_form_class = ConfirmForm
    tmp_storage_class = WaitingFile
    import_formats = export_formats = [RegisterFile]
    skip_export_form = True  # the library's needs inline scripts, and there is one format
    skip_admin_log = True  # the services write the trail

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.edit_action) and request.user.has_perm(self.edit_action)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_import_permission(request)

    # --- a file sent, previewed, confirmed

    def import_action(self, request: HttpRequest, **kwargs: Any) -> TemplateResponse:
        """The page on which a file is sent, and its preview; the file is kept only where it can be confirmed."""
        self._check_may(request)
        answer: TemplateResponse = super().import_action(request, **kwargs)
        context = answer.context_data or {}
        result: RegisterResult | None = context.get("result")
        if confirm := context.get("confirm_form"):
            confirm.initial["digest"] = result.checked.digest if result else ""
        elif request.method == "POST":
            answer.status_code = 422
            self._tell_refused(request, context["form"], result)
            context["marked"] = self._marked(context["form"], result)
            context["marked_name"] = _marked_name(context["form"])
            _forget(context["form"])
        return answer

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says beside the library's form and result."""
        register = self.resource_classes[0].register
        here = "admin:{}_{}_".format(*self.get_model_info())
        return {
            "steps": [(self.opts.verbose_name_plural, reverse(here + "changelist"))],
            "blank_url": reverse(here + "blank"),
            "export_url": reverse(here + "export"),
            "help": describe(register, _),
            "rules": rules_of(register, _),
            "shown": _SHOWN,
            "shown_slice": f":{_SHOWN}",
        }

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What was previewed, stored; a refusal where it is not the same any more."""
        self._check_may(request)
        answer: HttpResponse = super().process_import(request, **kwargs)
        return answer

    def process_result(self, result: RegisterResult, request: HttpRequest) -> HttpResponse:
        """The answer to what was stored; the refusal of what was not (the library would say that all is well)."""
        for problem in result.base_errors:
            refused: PortalError | FileRefused = problem.error
            if isinstance(refused, FileRefused):
                raise Invalid(words_of(refused), _("请重新上传文件。"))
            raise refused
        if result.has_validation_errors():
            raise Conflict(_("预览之后数据有了变化，未作任何更改。"), _("请重新上传文件，按最新情况预览后再确认。"))
        return self.answer_import(result, request)

    def answer_import(self, result: RegisterResult, request: HttpRequest) -> HttpResponse:
        """Back to the list, with the numbers."""
        answer: HttpResponse = super().process_result(result, request)
        return answer

    def add_success_message(self, result: RegisterResult, request: HttpRequest) -> None:
        said = _("已导入：新增 %(new)d 行，更改 %(changed)d 行，没有变化 %(same)d 行。") % {
            "new": result.totals[RowResult.IMPORT_TYPE_NEW],
            "changed": result.totals[RowResult.IMPORT_TYPE_UPDATE],
            "same": result.totals[RowResult.IMPORT_TYPE_SKIP],
        }
        messages.success(request, said)

    def add_data_read_fail_error_to_form(self, form: RegisterImportForm, e: Exception) -> None:
        raise e  # a fault of ours: nothing has been read yet

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Nothing of a file with a problem is stored, and nothing but what was previewed."""
        digest = kwargs["form"].cleaned_data.get("digest")
        return {"rollback_on_validation_errors": True, "digest": digest, "at": _arrived_at(kwargs["request"])}

    def get_confirm_form_kwargs(
        self, request: HttpRequest, import_form: RegisterImportForm | None = None
    ) -> dict[str, Any]:
        said: dict[str, Any] = super().get_confirm_form_kwargs(request, import_form)
        if import_form is None:
            said["data"] = request.POST  # also an empty one, which the library would take for no confirmation at all
        return {**said, "salt": self._salt(request)}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: RegisterImportForm | None) -> dict[str, Any]:
        return {"token": token_of(import_form, salt=self._salt(request))} if import_form else {}

    # --- the register taken away

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The rows of the list as it is searched and filtered, as a workbook."""
        self._check_may(request)
        try:
            answer: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            raise Invalid(_("看不明白地址里的筛选条件。"), _("请从列表页重新筛选后导出。")) from None
        return answer

    def get_urls(self) -> list[Any]:
        """The library's addresses, and the blank form's."""
        name = "{}_{}_blank".format(*self.get_model_info())
        return [path("blank/", self.admin_site.admin_view(self.blank_action), name=name), *super().get_urls()]

    def blank_action(self, request: HttpRequest) -> HttpResponse:
        """The register's blank form."""
        self._check_may(request)
        name = _("%s模板") % self._title
        return as_workbook(self.get_export_data(RegisterFile(), request, self.get_queryset(request).none()), name)

    def _do_file_export(
        self, file_format: RegisterFile, request: HttpRequest, queryset: QuerySet[Model], **kwargs: Any
    ) -> HttpResponse:
        """The library's answer, under a name as the portal's other workbooks have."""
        name = f"{self._title}_{local_day(_arrived_at(request)).isoformat()}"
        return as_workbook(self.get_export_data(file_format, request, queryset, **kwargs), name)

    def get_export_data(
        self, file_format: RegisterFile, request: HttpRequest, queryset: QuerySet[Model], **kwargs: Any
    ) -> bytes:
        said = {"by": request.user, "at": _arrived_at(request)}
        content: bytes = super().get_export_data(file_format, request, queryset, **said, **kwargs)
        return content

    @property
    def _title(self) -> str:
        return _(self.resource_classes[0].register.title)

    def _tell_refused(self, request: HttpRequest, form: RegisterImportForm, result: RegisterResult | None) -> None:
        """Let it be known that a file was refused, if there was one."""
        file = form.files.get("import_file")
        if file is None:
            return
        refused = RefusedFile(
            register=self.resource_classes[0].register.code,
            name=file.name,
            sha256=_sha256(file),
            arrived_at=_arrived_at(request),
            codes=result.codes if result else form.codes,
            counts=result.refused_counts if result else {},
        )
        file_refused.send(sender=type(self), file=refused, by=request.user)

    def _marked(self, form: RegisterImportForm, result: RegisterResult | None) -> str:
        """The sender's own workbook with its problems marked, as the address of a link; empty where it cannot be."""
        file = form.files.get("import_file")
        if result is None or not result.checked.wrong or file.size > _LARGEST_MARKED:
            return ""
        file.seek(0)
        headers = self.resource_classes[0].register.headers
        try:
            marking = marking_of(result.checked.marks, headers, _)
            return as_link(marked_file(file.read(), file.name, marking, limits()))
        except FileRefused:
            return ""

    def _check_may(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise NotAllowed(_("您的角色不能进行此操作。"), _("如确有需要，请联系系统管理员调整账号角色。"))

    def _salt(self, request: HttpRequest) -> str:
        return f"{self.opts.label}:{request.user.pk}"


def _forget(form: RegisterImportForm) -> None:
    """Drop a file that was kept for a confirmation which will not come."""
    file = form.files.get("import_file")
    if name := getattr(file, "tmp_storage_name", ""):
        WaitingFile(name=name).remove()


def _marked_name(form: RegisterImportForm) -> str:
    file = form.files.get("import_file")
    return f"{_('有问题的%s') % PurePath(file.name).stem}.xlsx" if file else ""


def _sha256(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _arrived_at(request: HttpRequest) -> datetime:
    at: datetime = request.arrived_at  # type: ignore[attr-defined]
    return at

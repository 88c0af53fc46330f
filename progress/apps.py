from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "progress"
    verbose_name = _("进展填报")

    def ready(self) -> None:
        # The kinds of jobs and of imports register when their modules are read.
        from progress import tasks  # noqa: F401
        from progress.services.import_kinds import register_kind
        from progress.services.imports.progress_kind import ProgressKind
        from progress.services.institution_imports import InstitutionKind
        from progress.services.ledger_imports import ledger_kinds
        from progress.services.target_imports import TargetKind

        for kind in (ProgressKind(), InstitutionKind(), TargetKind(), *ledger_kinds()):
            register_kind(kind)

"""`verify_audit`: checks every hash chain of the trail; exit code 1 names what does not hold."""

from typing import Any

from audit.models import AuditEvent, AuditHead
from audit.queries import broken_links
from common.commands import PortalCommand
from common.errors import PortalError


class Command(PortalCommand):
    help = "Check the hash chains of the audit trail."

    def run(self, **options: Any) -> None:
        broken = list(broken_links())
        for place in broken:
            self.stderr.write(f"{place.stream}#{place.seq}: {place.reason}")
        if broken:
            raise PortalError(f"审计链有 {len(broken)} 处不符。", "请保留数据库现状并通知审计员。")
        self.stdout.write(f"{AuditHead.objects.count()} streams, {AuditEvent.objects.count()} events: the chains hold.")

"""Files behind the items of the registers: kept as evidence of a line is, and taken away again."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from common.errors import Conflict
from progress.ledgers import ledger_of
from progress.models import Item, ItemChange, ItemFile
from progress.queries.ledgers import lines_resting_on
from progress.services.item_history import Said, check_within, keep_step
from progress.services.kept_files import check_room, read_evidence
from progress.services.ledgers import seen_item


def add_item_file(item: Item, upload: "UploadedFile[bytes]", *, by: User, at: datetime) -> ItemFile:
    """Keep a file behind an item. Raises Invalid for a file that is too large, of another kind, or one too many."""
    require(by, "ledger.edit")
    check_within(item.owner, by=by)
    read = read_evidence(upload)
    with transaction.atomic():
        # Its row is locked, so that of two uploads at once the second sees the first.
        type(item).objects.select_for_update().get(pk=item.pk)
        kept = ItemFile.objects.filter(item=item.uuid).values_list("file__sha256", flat=True)
        check_room(read, list(kept))
        kept_file = ItemFile.objects.create(
            register=ledger_of(item).code, item=item.uuid, file=read.store(at=at), uploaded_by=by.name, uploaded_at=at
        )
        said = Said(ItemChange.Step.ADD_FILE, {"file": None}, {"file": read.name, "sha256": read.sha256})
        keep_step(item, said, by=by, at=at)
    return kept_file


def remove_item_file(kept: ItemFile, item: Item, *, by: User, at: datetime) -> None:
    """Take a file away from an item; the stored bytes stay, for the trail names them.

    Raises Conflict where an approved report rests on the item: what it was approved on is not taken away.
    """
    require(by, "ledger.edit")
    seen_item(item, by=by)
    with transaction.atomic():
        if lines_resting_on(ledger_of(item), item):
            raise Conflict(_("“%s”已计入审核通过的报告，附件不能删除。") % item.name, _("可以补充上传更正后的附件。"))
        deleted, _per_model = ItemFile.objects.filter(pk=kept.pk).delete()
        if not deleted:
            raise Conflict(_("此附件刚被他人删除。"), _("请刷新页面。"))
        said = Said(ItemChange.Step.REMOVE_FILE, {"file": kept.file.name, "sha256": kept.file.sha256}, {"file": None})
        keep_step(item, said, by=by, at=at)

"""What the later stages are told of the plan."""

from django.dispatch import Signal

# Sent inside the transaction that changed a plan's targets or deadlines, with `sender=Plan`, `plan_id` and
# `plan_unit_ids`: whose figures no longer hold. Receivers mark and act after the commit.
plan_changed = Signal()

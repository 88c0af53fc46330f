"""The one message against the stream of data: a report began to count."""

from django.dispatch import Signal

# Sent with `plan_unit_id` and `plan_id`, inside the transaction of the approval.
report_effective = Signal()

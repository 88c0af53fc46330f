"""The messages against the stream of data: what counts has changed. Sent inside the transaction that changed it.

Both carry `plan_unit_id` and `plan_id`.
"""

from django.dispatch import Signal

# A report was approved, in a correction's case superseding the one before: it counts from now on.
report_effective = Signal()

# A report was handed in, taken back or returned: only the figures that include what awaits review change.
report_filed = Signal()

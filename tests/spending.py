"""What work costs the processor and the memory, of this process and of those it starts."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from common.workbook.child import request
from common.workbook.limits import MEGABYTE, Limits


def cpu_seconds() -> float:
    """Processor time spent so far by this process and by its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@dataclass(frozen=True)
class Spent:
    """Processor seconds and the most megabytes of memory of a process."""

    seconds: float
    megabytes: float


# The peak of a process counts from the memory of the one that has started it: a fresh one, not the tests'.
_BETWEEN = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "common.workbook.child"], stdout=subprocess.DEVNULL)
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(spent.ru_utime + spent.ru_stime, spent.ru_maxrss * 1024)
"""


def spent_reading(content: bytes, name: str, limits: Limits) -> Spent:
    """What the child that reads a file spends."""
    said = request(content, name, limits)
    done = subprocess.run([sys.executable, "-c", _BETWEEN], input=said, capture_output=True, check=True, timeout=300)
    seconds, peak = map(float, done.stdout.split())
    return Spent(seconds, peak / MEGABYTE)

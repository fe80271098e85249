"""One function on many items: here, in processes of this machine, or on a cluster; it knows nothing of mines.

>>> with LocalProcesses(workers=2) as executor:
...     executor.map(math.factorial, range(4))
[1, 1, 2, 6]
"""

from executor.base import Executor
from executor.function import Prepared
from executor.handle import Handle
from executor.inprocess import InProcess
from executor.local import LocalProcesses
from executor.outcome import Limits, RemoteFailure, Stopped, StopSignal, TimedOut, WorkerLost, memory_can_be_limited

__all__ = [
    "Executor",
    "Handle",
    "InProcess",
    "Limits",
    "LocalProcesses",
    "Prepared",
    "RemoteFailure",
    "StopSignal",
    "Stopped",
    "TimedOut",
    "WorkerLost",
    "memory_can_be_limited",
]

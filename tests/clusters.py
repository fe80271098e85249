"""A small Dask cluster on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.tools import need_module


@contextmanager
def two_workers() -> Iterator[str]:
    """The address of a cluster with two workers of one thread each; skips the test where Dask is not installed."""
    distributed = need_module("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address

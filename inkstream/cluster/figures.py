"""The service's metrics at Ray's own Prometheus endpoint, which is the one that finds every replica."""

import asyncio

from prometheus_client import CollectorRegistry
from ray.serve import metrics

SECONDS = 5.0  # between readings; Ray's own metrics are as old


class Figures:
    """Reports each sample of a registry to Ray, which adds `ray_` to its name, and the replica to its labels.

    All are gauges to Ray: it counts by differences and takes no buckets, and these are sums already. `rate` and
    `histogram_quantile` go by the name.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._gauges: dict[str, metrics.Gauge] = {}
        self._reporting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Report from now on, as long as the event loop runs; again is no more."""
        if self._reporting is None:
            self._reporting = asyncio.get_running_loop().create_task(self._report())

    async def _report(self) -> None:
        while True:
            self.report()
            await asyncio.sleep(SECONDS)

    def report(self) -> None:
        """Hand every sample to Ray."""
        for family in self._registry.collect():
            for sample in family.samples:
                if sample.name.endswith("_created"):  # when a counter began
                    continue
                gauge = self._gauges.get(sample.name)
                if gauge is None:
                    gauge = metrics.Gauge(sample.name, family.documentation, tuple(sample.labels))
                    self._gauges[sample.name] = gauge
                gauge.set(sample.value, dict(sample.labels))

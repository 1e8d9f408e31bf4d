"""What the service counts, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from service.logs import Exchange
    from service.workers import Pool

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The measures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "gouji_http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "gouji_http_request_seconds",
            "Time to answer a request.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self._registry,
        )

    def watch(self, pool: Pool) -> None:
        """Tell of the processes that extract, too."""

        def gauge(name: str, told: str, value: str) -> None:
            Gauge(name, told, registry=self._registry).set_function(lambda: float(getattr(pool, value)))

        gauge("gouji_extractions", "Extractions being received, waiting or at work.", "admitted")
        gauge("gouji_workers_busy", "Processes that extract at this moment.", "busy")
        gauge("gouji_workers_ready", "Processes that have loaded what they need.", "ready")
        gauge("gouji_workers_lost", "Processes that died, or were killed because they took too long.", "deaths")

    def observe(self, exchange: Exchange) -> None:
        """Count a request that was answered."""
        method = exchange.method if exchange.method in _METHODS else "OTHER"
        self._requests.labels(method, exchange.route, str(exchange.status or 0)).inc()
        self._seconds.labels(method, exchange.route).observe(exchange.seconds)

    def text(self) -> bytes:
        """Return all measures in Prometheus' text format."""
        return generate_latest(self._registry)

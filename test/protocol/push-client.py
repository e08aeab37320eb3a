"""One action of Debian's python3-prometheus-client: push, add or delete, to the gateway at a URL."""

import sys

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Summary,
    delete_from_gateway,
    push_to_gateway,
    pushadd_to_gateway,
)

url, action, job, path, *pairs = sys.argv[1:]
registry = CollectorRegistry()
help = "What a client pushed."
for pair in pairs:
    kind, value = pair.split("=")
    if kind == "counter":
        Counter("client_runs", help, registry=registry).inc(float(value))
    elif kind == "gauge":
        Gauge("client_temperature_celsius", help, registry=registry).set(float(value))
    elif kind == "histogram":
        Histogram("client_wait_seconds", help, registry=registry).observe(float(value))
    else:
        Summary("client_size_bytes", help, registry=registry).observe(float(value))

key = {"path": path}
if action == "push":
    push_to_gateway(url, job=job, registry=registry, grouping_key=key)
elif action == "add":
    pushadd_to_gateway(url, job=job, registry=registry, grouping_key=key)
else:
    delete_from_gateway(url, job=job, grouping_key=key)

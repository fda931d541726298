"""A load generator in a process of its own: HTTP/1.1 keep-alive, one request in flight for each client.

It reads a plan as JSON from standard input and writes what happened as JSON to standard output. The
plan is `{"port": 5000, "seconds": 2.0, "clients": [["<base64 of a whole request>", …], …]}`; each client
sends its requests in turn, again and again, for the given seconds. Where a request holds `TURN_MARK`, the
number of the turn is written, counted up from the plan's `first_turn`. An answer other than 2xx or 304 is an
error, and so is a connection that breaks.
"""

from __future__ import annotations

import base64
import json
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

TURN_MARK = b"@@@@@@@@@"
STALLED_SECONDS = 20.0
"""A client that waits longer than this for an answer counts as an error and is left."""


@dataclass(slots=True, eq=False)
class Client:
    """One person's browser: a connection and the requests it repeats."""

    connection: socket.socket
    requests: list[bytes]
    turn: int = 0
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    expected_bytes: int = -1

    def send(self) -> None:
        """Send the next request."""
        self.received.clear()
        self.expected_bytes = -1
        self.sent_at = time.perf_counter()
        request = self.requests[self.turn % len(self.requests)]
        self.connection.sendall(request.replace(TURN_MARK, b"%09d" % self.turn))
        self.turn += 1

    def receive(self) -> int | None:
        """Take what has arrived; returns the status once the answer is complete. Raises ConnectionError."""
        chunk = self.connection.recv(262_144)
        if not chunk:
            message = "the server closed the connection"
            raise ConnectionError(message)
        self.received += chunk
        if self.expected_bytes < 0:
            head_end = self.received.find(b"\r\n\r\n")
            if head_end < 0:
                return None
            head = bytes(self.received[:head_end]).lower()
            self.expected_bytes = head_end + 4 + _content_length(head)
        if len(self.received) < self.expected_bytes:
            return None
        return int(self.received[9:12])


def _content_length(head: bytes) -> int:
    marker = head.find(b"\r\ncontent-length:")
    if marker >= 0:
        return int(head[marker + 17 :].split(b"\r\n", 1)[0])
    if b" 304" in head[:13] or b" 204" in head[:13]:
        return 0
    message = f"an answer without Content-Length cannot be measured: {head[:200]!r}"
    raise ValueError(message)


def run(plan: dict[str, object]) -> dict[str, object]:
    """Carry out a plan; returns counts, statuses and latencies in milliseconds."""
    port, seconds = int(str(plan["port"])), float(str(plan["seconds"]))
    requests: list[list[str]] = plan["clients"]  # type: ignore[assignment]
    first_turn = int(str(plan.get("first_turn", 0)))
    clients = [_connect(port, [base64.b64decode(one) for one in each], first_turn) for each in requests]
    latencies, statuses, broken = _drive(clients, seconds)
    latencies.sort()
    errors = broken + sum(
        count for status, count in statuses.items() if not (200 <= status < 300 or status == 304)
    )
    return {
        "answers": len(latencies),
        "rate": len(latencies) / seconds,
        "errors": errors,
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "p50_ms": _quantile_ms(latencies, 0.50),
        "p99_ms": _quantile_ms(latencies, 0.99),
    }


def _connect(port: int, requests: list[bytes], first_turn: int) -> Client:
    connection = socket.create_connection(("127.0.0.1", port), timeout=STALLED_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Client(connection, requests, turn=first_turn)


def _drive(clients: list[Client], seconds: float) -> tuple[list[float], Counter[int], int]:
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    broken = 0
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.send()
        until = time.perf_counter() + seconds
        waiting = len(clients)
        while waiting:
            ready = selector.select(timeout=STALLED_SECONDS)
            if not ready:
                broken += waiting
                break
            for key, _events in ready:
                client = key.data
                try:
                    status = client.receive()
                    if status is None:
                        continue
                    now = time.perf_counter()
                    statuses[status] += 1
                    latencies.append(now - client.sent_at)
                    if now < until:
                        client.send()
                        continue
                except OSError:
                    broken += 1
                selector.unregister(client.connection)
                client.connection.close()
                waiting -= 1
    return latencies, statuses, broken


def _quantile_ms(ordered: list[float], share: float) -> float:
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)

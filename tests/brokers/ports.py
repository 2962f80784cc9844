"""Free ports of 127.0.0.1 for brokers that come back on the same port."""

import random
import socket

# Below the range from which Linux takes the near end of outgoing connections: while a broker is down, a
# client that tries again and again must not be given the broker's own port, nor connect to itself.
CANDIDATES = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Gives `count` different ports on which nobody listens now."""
    found: list[int] = []
    for port in random.sample(CANDIDATES, len(CANDIDATES)):
        if _is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"no {count} free ports in {CANDIDATES}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

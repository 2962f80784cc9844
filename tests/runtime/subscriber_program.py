"""A subscriber in a process of its own, to be killed: `python -m tests.runtime.subscriber_program SERVERS GROUP TOPIC FILE`.

It writes the id of each order that it has handled as a line of FILE.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.runtime.operations import PlaceOrder, ShopSettings, TopicSubscriber


def main(servers: str, group: str, topic: str, file: str) -> None:
    """Receive until a signal."""
    settings = ShopSettings(
        bootstrap_servers=servers,
        group_id=group,
        client={"session.timeout.ms": 6000, "heartbeat.interval.ms": 500, "fetch.wait.max.ms": 20},
    )
    subscriber = TopicSubscriber(topic, settings, concurrency=4)
    with Path(file).open("a", buffering=1) as handled:

        @subscriber.place_order
        async def place(message: PlaceOrder) -> None:
            await asyncio.sleep(0.001)
            handled.write(f"{message.payload.order_id}\n")

        asyncio.run(subscriber.run())


if __name__ == "__main__":
    main(*sys.argv[1:])

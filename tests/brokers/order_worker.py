"""The Order Service in a process of its own, for tests that end it: notes each order in a file once it is handled."""

import asyncio
import os
import sys
from pathlib import Path


async def main(packages: Path, handled: Path) -> None:
    """Handle orders until the process is told to stop, or killed."""
    sys.path.insert(0, str(packages))
    from order_service.kafka import OrderServiceSubscriber, PlaceOrder  # type: ignore[import-not-found]

    subscriber = OrderServiceSubscriber()
    notes = os.open(handled, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    @subscriber.place_order
    async def place_order(message: PlaceOrder) -> None:
        await asyncio.sleep(0.001)  # so that it can be killed half way
        os.write(notes, f"{message.payload.order_id}\n".encode())

    await subscriber.run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))

"""Under random failures nothing is lost, nothing is acknowledged early, and keys keep their order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from templates._runtime import FailurePolicy
from templates.testing import InMemoryBroker
from tests.runtime.conftest import VirtualClockLoop
from tests.runtime.operations import PlaceOrder, ShopSubscriber, order

MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.integers(0, 4),  # failures before it succeeds
        st.integers(0, 3),  # seconds that the handler takes
        st.booleans(),  # whether it can be decoded
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(
    MESSAGES,
    st.integers(1, 4),
    st.sampled_from(["pause", "skip"]),
    st.booleans(),
    st.lists(st.integers(0, 20), max_size=3),
)
def test_each_message_is_handled_dead_or_still_there(
    messages: Sequence[tuple[str | None, int, int, bool]],
    concurrency: int,
    then: Literal["pause", "skip"],
    dead_letters: bool,
    stops: Sequence[int],
) -> None:
    with asyncio.Runner(loop_factory=VirtualClockLoop) as runner:
        runner.run(_handle_all(messages, concurrency, then, dead_letters, stops))


async def _handle_all(
    messages: Sequence[tuple[str | None, int, int, bool]],
    concurrency: int,
    then: Literal["pause", "skip"],
    dead_letters: bool,
    stops: Sequence[int],
) -> None:
    broker = InMemoryBroker()
    failures = {f"o-{number}": message[1] for number, message in enumerate(messages)}
    handled: list[str] = []
    running: dict[str | None, str] = {}

    async def place(message: PlaceOrder) -> None:
        name = message.payload.order_id
        lane = message.key.decode() if message.key else None
        assert lane not in running, "two of one key at once"
        running[lane] = name
        try:
            await asyncio.sleep(messages[int(name[2:])][2])
            if failures[name] > 0:
                failures[name] -= 1
                raise ValueError(name)
            handled.append(name)
        finally:
            del running[lane]

    def subscriber() -> ShopSubscriber:
        made = ShopSubscriber(
            transport=broker,
            concurrency=concurrency,
            on_failure=FailurePolicy(
                attempts=3, backoff=lambda failed: 1.0, dead_letter="dead" if dead_letters else None, then=then
            ),
        )
        made.place_order(place)
        return made

    for number, (key, _, _, decodable) in enumerate(messages):
        body = order(number) if decodable else b'{"orderId":%d' % number
        await broker.deliver("order", body, key=key)
    for seconds in stops:
        async with subscriber():
            await asyncio.sleep(seconds)
    last = subscriber()
    async with last:
        await broker.settled(10_000)
        group = broker.group("placeOrder", ("shop", "order"), "order")

    acknowledged = {n for n in range(len(messages)) if n < group.position or n in group.finished}
    dead = {sent.body for sent in broker.published}
    for number in acknowledged:
        name, decodable = f"o-{number}", messages[number][3]
        body = order(number).model_dump_json(by_alias=True, exclude_unset=True).encode()
        kept = name in handled or (body if decodable else b'{"orderId":%d' % number) in dead
        assert kept or (then == "skip" and not dead_letters), f"{name} was acknowledged and is lost"
    if last.healthy or dead_letters or then == "skip":
        assert acknowledged == set(range(len(messages)))
    order_by_key: dict[str | None, list[str]] = defaultdict(list)
    for name in dict.fromkeys(handled):
        order_by_key[messages[int(name[2:])][0]].append(name)
    for names in order_by_key.values():
        assert names == sorted(names, key=lambda name: int(name[2:])), "order of a key broken"

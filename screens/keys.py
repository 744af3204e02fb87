"""The key queue: a key is given out only when everything the key before it caused is done.

Textual hands printable keys to the focused field and bound keys to the App on two different roads, so keys typed ahead overtake
each other. Here they stand in one line. After each key a fence goes the road the key went, from the focus up to the App; when it
has arrived twice and nothing waits on that road, the handlers, messages and screens that the key led to are through.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.app import App, ScreenStackError
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget


class KeyFence(Message):
    """Goes from the focus up to the App behind a key; what the key caused on this road is done when it arrives."""

    def __init__(self, target: Widget, screen: Screen[Any], left: int) -> None:
        super().__init__()
        self.target = target
        self.screen = screen
        self.left = left


class KeyMark(Message, bubble=False):
    """Stands in line among the keys and says when its turn has come."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()


class SerialKeys(App[int]):
    """An App whose keys and pastes are given out one after the other, however slowly each of them is answered."""

    FENCES = 2
    """Fences after each key; a handler's message to another handler needs the second."""
    MORE_FENCES = 20
    """At most so many more while messages wait on the road; an App that is never quiet takes keys all the same."""
    LOOK_AFTER = 0.1
    """Seconds after which a fence that did not arrive is looked after; it is sent again only if its road is gone."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._key_line: deque[Message] = deque()
        self._key_fence: KeyFence | None = None
        self._key_fence_look: asyncio.TimerHandle | None = None
        self._key_holds = 0

    def hold(self) -> None:
        """Give out no further key until released; taken in a handler, before the work it is for is started.

        Whoever waits for the user under a hold waits for ever. Only on the thread of the App.
        """
        self._key_holds += 1

    def release(self) -> None:
        """Give back one hold; after the last, the keys go on as soon as the messages posted under it are done."""
        if not self._key_holds:
            raise RuntimeError("the keys are released more often than they were held")
        self._key_holds -= 1
        if not self._key_holds:
            self._send_fence(self.FENCES)

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """Hold the keys for the length of a block, whether it ends well, in an error or cancelled."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    @property
    def keys_held(self) -> bool:
        """Whether somebody holds the keys."""
        return self._key_holds > 0

    async def drained(self) -> None:
        """Return when all keys posted so far are answered and no hold is left; for tests and benchmarks."""
        mark = KeyMark()
        self.post_message(mark)
        await mark.reached.wait()

    async def on_event(self, event: events.Event) -> None:
        """Put keys and pastes in line; a key that comes back from the focused widget goes on as usual."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._receive(event)
            await self._go_on()
        else:
            await super().on_event(event)

    def _receive(self, event: events.Key | events.Paste) -> None:
        """Take in what was typed, at once and in order; says what stands in line for it."""
        self._line_up(event)

    def _line_up(self, item: Message) -> None:
        self._key_line.append(item)

    async def _give_out(self, item: Message) -> None:
        """Let the next in line have its effect."""
        if isinstance(item, events.Event):
            await super().on_event(item)

    async def _go_on(self) -> None:
        """Give out the next in line, unless the one before is still being answered or somebody holds the keys."""
        while self._key_line and self._key_fence is None and not self._key_holds:
            item = self._key_line.popleft()
            if isinstance(item, KeyMark):
                item.reached.set()
            else:
                try:
                    await self._give_out(item)
                finally:
                    self._send_fence(self.FENCES)

    def _send_fence(self, left: int, lost: bool = False) -> None:
        """Send a fence behind whatever is on its way; it takes the place of one that has not arrived yet or is lost."""
        try:
            screen = self.screen
        except ScreenStackError:  # the App is closing: nobody is left to give a key to
            self._key_line.clear()
            return
        target = self.focused or screen
        self._key_fence = fence = KeyFence(target, screen, left)
        fence.set_sender(self)  # a message stops at the parent that sent it: were that a screen, it would not arrive
        if (lost and not _leads_to_the_app(target)) or not target.post_message(fence):
            self.post_message(fence)
        if self._key_fence_look is None:
            self._look_after_fence_later()

    def _is_something_waiting(self) -> bool:
        """Return whether a handler has posted something that no fence went behind yet."""
        return any(node.message_queue_size for node in (self.focused or self.screen).ancestors_with_self)

    def _look_after_fence_later(self) -> None:
        self._key_fence_look = asyncio.get_running_loop().call_later(self.LOOK_AFTER, self._look_after_fence)

    async def _on_key_fence(self, fence: KeyFence) -> None:
        fence.stop()
        if fence is not self._key_fence or not self.screen_stack:  # without a screen the App is closing
            return
        left = fence.left - 1
        if self.screen is not fence.screen:
            left = max(left, 1)
        if left > 0 or (left > -self.MORE_FENCES and self._is_something_waiting()):
            self._send_fence(left)
        else:
            self._key_fence = None
            await self._go_on()

    def _look_after_fence(self) -> None:
        """Send the fence again if its road is gone; a handler that only takes long is waited for."""
        self._key_fence_look = None
        fence = self._key_fence
        if fence is None or not self.is_running:
            return
        if _leads_to_the_app(fence.target):
            self._look_after_fence_later()
        else:
            self._send_fence(fence.left, lost=True)

    async def _on_key_mark(self, mark: KeyMark) -> None:
        self._line_up(mark)
        await self._go_on()


def _leads_to_the_app(widget: Widget) -> bool:
    """Return whether a message posted to a widget can arrive: nothing between it and the App has been removed or has died."""
    return widget.is_attached and all(node.is_running for node in widget.ancestors_with_self)

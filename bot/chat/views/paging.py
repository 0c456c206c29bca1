"""Previous and next."""

from collections.abc import Callable

from bot.chat.views.press import Button, Press


def page_buttons(to: Callable[[int], Press], page: int, pages: int) -> list[Button]:
    """The two buttons of page ``page`` (from 0 on) of ``pages``; none where there is only one page.

    A button that leads nowhere is shown without effect, so that the other one keeps its place.
    """
    if pages < 2:
        return []
    last = pages - 1
    return [
        Button.of(to(max(page - 1, 0)), "Previous", disabled=page == 0),
        Button.of(to(min(page + 1, last)), "Next", disabled=page == last),
    ]

"""What goes wrong between the bot and Discord, and that nothing is lost, doubled or out of order by it."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.access import missing_permissions
from bot.alerts.newsroom import plan
from bot.news.alert import Pause
from bot.store import alerts, deliveries
from bot.store.deliveries import DeliveryCounts
from tests.alerts.conftest import Newsdesk
from tests.alerts.world import PERSON, in_channel, to_person
from tests.wire import GUILD_ID
from tests.wire.channels import READ_HISTORY, SEND, VIEW
from tests.wire.payloads import dm_channel_id

HERE, THERE, ELSEWHERE = (800_000_000_000_000_000 + 16 * n for n in range(3))
POST = ("POST", "/channels/*/messages")
HOME = dm_channel_id(PERSON)


async def test_each_channel_gets_each_message_once_in_its_order(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE), in_channel(HERE, top=3), in_channel(THERE), to_person(PERSON))
    assert await newsdesk.price(2) == 4
    assert await newsdesk.price(2, 3) == 4
    await newsdesk.publish()
    assert newsdesk.order(HERE) == [1, 2, 5, 6]
    assert newsdesk.order(THERE) == [3, 7]
    assert newsdesk.order(HOME) == [4, 8]
    assert await newsdesk.states() == {"sent": 8}


async def test_after_429_it_waits_as_told(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    newsdesk.discord.fail_next(*POST, status=429, retry_after=0.3)
    await newsdesk.publish()
    first, second = newsdesk.discord.seen(*POST)
    assert second.at - first.at >= 0.3
    assert newsdesk.order(HERE) == [1]


@pytest.mark.parametrize("everywhere", [True, False])
async def test_a_long_wait_holds_everything_back_and_nothing_is_lost(
    newsdesk: Newsdesk, everywhere: bool
) -> None:
    await newsdesk.subscribe(in_channel(HERE), in_channel(HERE, top=3))
    await newsdesk.price(2)
    newsdesk.discord.fail_next(*POST, status=429, retry_after=300, everywhere=everywhere)
    await newsdesk.publish()
    await newsdesk.subscribe(in_channel(THERE))
    await newsdesk.price(2, 3)
    await newsdesk.let_pass(seconds=298)
    await newsdesk.publish()
    assert len(newsdesk.discord.seen(*POST)) == 1
    await newsdesk.let_pass(seconds=3)
    await newsdesk.publish()
    assert newsdesk.order(HERE) == [1, 2, 3, 4]
    assert newsdesk.order(THERE) == [5]


async def test_after_5xx_it_is_tried_again_later_and_the_others_of_the_channel_wait(
    newsdesk: Newsdesk,
) -> None:
    await newsdesk.subscribe(in_channel(HERE), in_channel(HERE, top=3), in_channel(THERE))
    await newsdesk.price(2)
    newsdesk.discord.fail_next("POST", f"/channels/{HERE}/messages", status=503, times=2)
    await newsdesk.publish()
    assert (newsdesk.order(HERE), newsdesk.order(THERE)) == ([], [3])
    await newsdesk.publish()
    assert len(newsdesk.discord.seen("POST", f"/channels/{HERE}/messages")) == 1  # Not at once.
    await newsdesk.let_pass(seconds=3)
    await newsdesk.publish()
    await newsdesk.let_pass(seconds=5)
    await newsdesk.publish()
    assert newsdesk.order(HERE) == [1, 2]


async def test_a_message_whose_answer_got_lost_is_there_once(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    newsdesk.discord.lose_next(*POST)
    await newsdesk.publish()
    await newsdesk.let_pass(seconds=10)
    await newsdesk.publish()
    assert len(newsdesk.discord.seen(*POST)) == 2
    assert newsdesk.order(HERE) == [1]
    assert await newsdesk.states() == {"sent": 1}


@pytest.mark.parametrize("arrived", [True, False])
async def test_later_than_discord_knows_it_looks_for_the_message(newsdesk: Newsdesk, arrived: bool) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    newsdesk.discord.lose_next(*POST) if arrived else newsdesk.discord.cut_next(*POST)
    await newsdesk.publish()
    await newsdesk.let_pass(hours=1)
    await newsdesk.publish()
    assert newsdesk.order(HERE) == [1]
    assert await newsdesk.states() == {"sent": 1}
    assert len(newsdesk.discord.seen(*POST)) == 2 - arrived


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_it_may_not_look_it_stays_unknown_and_is_not_sent_again(
    newsdesk: Newsdesk, arrived: bool
) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.discord.deny(HERE, READ_HISTORY)
    await newsdesk.price(2)
    newsdesk.discord.lose_next(*POST) if arrived else newsdesk.discord.cut_next(*POST)
    await newsdesk.publish()
    await newsdesk.let_pass(hours=1)
    await newsdesk.publish()
    assert len(newsdesk.order(HERE)) == arrived
    assert await newsdesk.states() == {"unknown": 1}
    assert await deliveries.count(newsdesk.store) == DeliveryCounts(unknown=1)
    await newsdesk.price(2, 3)  # The next ones go their way.
    await newsdesk.publish()
    assert newsdesk.order(HERE)[arrived:] == [2]


async def test_a_refusal_after_an_attempt_that_may_have_arrived_is_not_certain(newsdesk: Newsdesk) -> None:
    """discord.py repeats a request after 500 by itself, and tells of the last answer alone."""
    (made,) = await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    newsdesk.discord.fail_next(*POST, status=500)
    newsdesk.discord.fail_next(*POST, status=403)
    await newsdesk.publish()
    assert (await newsdesk.states())["unknown"] == 1
    assert (await newsdesk.one(made)).paused is Pause.NO_ACCESS


async def test_while_discord_is_away_little_is_tried_so_that_little_is_in_doubt(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(*(to_person(PERSON + 16 * n) for n in range(80)))
    await newsdesk.price(2)
    newsdesk.discord.fail_next(*POST, status=503, times=1000)
    for _ in range(10):
        await newsdesk.publish()
        await newsdesk.let_pass(seconds=5)
    tried = {request.path for request in newsdesk.discord.seen(*POST)}
    assert 5 < len(tried) <= 40  # One turn's worth before the trouble is known.
    newsdesk.discord._rest.faults.clear()
    for _ in range(4):
        await newsdesk.let_pass(minutes=10)
        await newsdesk.publish()
    assert await newsdesk.states() == {"sent": 80}
    assert len(newsdesk.discord.messages) == 80


async def test_without_a_connection_nothing_is_in_doubt(
    newsdesk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.discord.deny(HERE, READ_HISTORY)
    await newsdesk.price(2)
    with monkeypatch.context() as away:
        away.setattr("discord.http.Route.BASE", "http://127.0.0.1:9/api/v10")
        await newsdesk.publish()
    await newsdesk.let_pass(hours=1)
    await newsdesk.publish()
    assert await newsdesk.states() == {"sent": 1}


async def test_without_access_it_pauses_tells_whoever_made_it_once_and_resumes_with_one_summary(
    newsdesk: Newsdesk,
) -> None:
    here, also_here, _ = await newsdesk.subscribe(
        in_channel(HERE), in_channel(HERE, top=3), in_channel(THERE)
    )
    await newsdesk.discord.deny(HERE, SEND)
    await newsdesk.price(2)
    await newsdesk.publish()
    assert [(await newsdesk.one(s)).paused for s in (here, also_here)] == [Pause.NO_ACCESS] * 2
    (notice,) = newsdesk.shown(HOME)
    assert f"<#{HERE}>" in notice["content"]
    assert await deliveries.count(newsdesk.store) == DeliveryCounts(sent=2, paused=2)
    await newsdesk.price(2, 3)
    await newsdesk.let_pass(minutes=10)
    await newsdesk.publisher.look_again()
    await newsdesk.publish()
    assert (await newsdesk.one(here)).paused is Pause.NO_ACCESS
    await newsdesk.discord.deny(HERE, 0)
    await newsdesk.discord.until(lambda: not missing_permissions(newsdesk.client.get_channel(HERE)))  # type: ignore[arg-type]
    await newsdesk.publisher.look_again()
    assert await plan(newsdesk.store, newsdesk.clock) == 2
    await newsdesk.publish()
    first, second = newsdesk.shown(HERE)
    assert [m["embeds"][0]["title"] for m in (first, second)] == ["2 changes in AI models"] * 2
    assert len(newsdesk.shown(THERE)) == 2
    assert len(newsdesk.shown(HOME)) == 1


async def test_a_refusal_against_all_permissions_is_not_tried_each_minute_nor_told_each_day(
    newsdesk: Newsdesk,
) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    newsdesk.discord.fail_next("POST", f"/channels/{HERE}/messages", status=403, times=1000)
    for _ in range(60):
        await newsdesk.publish()
        await newsdesk.let_pass(minutes=1)
        await newsdesk.publisher.look_again()
        await plan(newsdesk.store, newsdesk.clock)
    assert 5 <= len(newsdesk.discord.seen("POST", f"/channels/{HERE}/messages")) <= 20
    await newsdesk.let_pass(days=2)
    await newsdesk.publisher.look_again()
    await plan(newsdesk.store, newsdesk.clock)
    await newsdesk.publish()
    assert len(newsdesk.shown(HOME)) == 1


async def test_missing_view_is_no_access_too(newsdesk: Newsdesk) -> None:
    (made,) = await newsdesk.subscribe(in_channel(HERE, person=None))
    await newsdesk.discord.deny(HERE, VIEW)
    await newsdesk.price(2)
    await newsdesk.publish()
    assert (await newsdesk.one(made)).paused is Pause.NO_ACCESS
    assert not newsdesk.discord.messages


async def test_a_person_who_takes_no_messages_is_asked_again_a_day_later(newsdesk: Newsdesk) -> None:
    (made,) = await newsdesk.subscribe(to_person(PERSON))
    newsdesk.discord.channels.refusing.add(PERSON)
    await newsdesk.price(2)
    for hours in (0, 20, 5):
        await newsdesk.let_pass(hours=hours)
        await newsdesk.publisher.look_again()
        await plan(newsdesk.store, newsdesk.clock)
        await newsdesk.publish()
        assert (await newsdesk.one(made)).paused is Pause.REFUSED
    assert len(newsdesk.discord.seen(*POST)) == 2
    newsdesk.discord.channels.refusing.clear()
    await newsdesk.price(2, 3)
    await newsdesk.let_pass(hours=25)
    await newsdesk.publisher.look_again()
    await plan(newsdesk.store, newsdesk.clock)
    await newsdesk.publish()
    (summary,) = newsdesk.shown(HOME)
    assert summary["embeds"][0]["title"] == "2 changes in AI models"


async def test_alerts_of_a_deleted_channel_are_deleted(newsdesk: Newsdesk) -> None:
    gone, also, stays = await newsdesk.subscribe(in_channel(HERE), in_channel(HERE, top=3), in_channel(THERE))
    newsdesk.discord.delete_channel(HERE)
    await newsdesk.price(2)
    await newsdesk.publish()
    assert [await alerts.find(newsdesk.store, s.number) for s in (gone, also)] == [None, None]
    assert await newsdesk.one(stays)
    assert await newsdesk.states() == {"sent": 1}


async def test_a_server_that_was_left_keeps_its_alerts_for_30_days(newsdesk: Newsdesk) -> None:
    (made,) = await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    await alerts.leave_server(newsdesk.store, GUILD_ID, newsdesk.clock())
    await newsdesk.publish()
    assert not newsdesk.shown(HERE)
    assert len(newsdesk.shown(HOME)) == 1
    await newsdesk.let_pass(days=29)
    await alerts.compare_servers(newsdesk.store, (), newsdesk.clock())
    assert (await newsdesk.one(made)).paused is Pause.LEFT
    await alerts.join_server(newsdesk.store, GUILD_ID)
    assert (await newsdesk.one(made)).paused is None
    assert await plan(newsdesk.store, newsdesk.clock) == 1
    await alerts.leave_server(newsdesk.store, GUILD_ID, newsdesk.clock())
    await newsdesk.let_pass(days=31)
    await alerts.compare_servers(newsdesk.store, (), newsdesk.clock())
    assert await alerts.find(newsdesk.store, made.number) is None


async def test_after_an_outage_longer_than_the_window_one_summary_takes_the_place_of_all(
    newsdesk: Newsdesk,
) -> None:
    await newsdesk.subscribe(in_channel(HERE), in_channel(HERE, top=3), in_channel(THERE))
    await newsdesk.price(2)
    newsdesk.discord.cut_next("POST", f"/channels/{HERE}/messages")
    await newsdesk.publish()  # One of three was tried, one arrived.
    await newsdesk.price(2, 3)
    await newsdesk.let_pass(days=2)
    for _ in range(3):
        await newsdesk.publish()
        await plan(newsdesk.store, newsdesk.clock)
    assert [m["embeds"][0]["title"] for m in newsdesk.shown(HERE)] == ["2 changes in AI models"] * 2
    assert len(newsdesk.shown(THERE)) == 2
    assert await newsdesk.states() == {"sent": 4}


async def test_the_first_snapshot_and_a_new_subscription_are_silent(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    assert await plan(newsdesk.store, newsdesk.clock) == 0
    await newsdesk.price(2)
    await newsdesk.subscribe(in_channel(THERE))
    assert await plan(newsdesk.store, newsdesk.clock) == 0
    await newsdesk.publish()
    assert (newsdesk.order(HERE), newsdesk.order(THERE)) == ([1], [])


async def test_two_publishers_of_one_store_send_each_message_once(newsdesk: Newsdesk) -> None:
    channels = [in_channel(c, top=n) for c in (HERE, THERE, ELSEWHERE) for n in range(1, 4)]
    await newsdesk.subscribe(*channels, *(to_person(PERSON + 16 * n) for n in range(60)))
    await newsdesk.price(2)
    other = newsdesk.another_publisher("two")
    await asyncio.gather(newsdesk.publish(), newsdesk.publish(other))
    for _ in range(3):
        await newsdesk.let_pass(seconds=5)
        await asyncio.gather(newsdesk.publish(), newsdesk.publish(other))
    assert await newsdesk.states() == {"sent": 69}
    assert len(newsdesk.discord.messages) == 69
    for channel in (HERE, THERE, ELSEWHERE):
        assert newsdesk.order(channel) == sorted(newsdesk.order(channel))
    assert newsdesk.publisher.counts.sent
    assert other.counts.sent


async def test_a_process_that_stood_still_does_not_send_what_another_one_has_sent(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.price(2)
    frozen, thawed = newsdesk.another_publisher("frozen"), asyncio.Event()

    async def stand_still(seconds: float) -> None:
        await thawed.wait()

    frozen.sleep = stand_still
    await frozen.turn()
    await newsdesk.let_pass(minutes=1)
    await newsdesk.publish()
    assert newsdesk.order(HERE) == [1]
    await newsdesk.let_pass(hours=1)
    thawed.set()
    await newsdesk.publish(frozen)
    assert newsdesk.order(HERE) == [1]
    assert await newsdesk.states() == {"sent": 1}


async def test_a_clean_stop_leaves_nothing_in_doubt(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(*(to_person(PERSON + 16 * n) for n in range(20)))
    await newsdesk.price(2)
    running = asyncio.create_task(newsdesk.publisher.run())
    await newsdesk.discord.until(lambda: len(newsdesk.discord.messages) >= 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (await newsdesk.states()).get("sending", 0) == 0
    await newsdesk.let_pass(hours=1)
    history = len(newsdesk.discord.seen("GET", "/channels/*/messages"))
    await newsdesk.publish(newsdesk.another_publisher("next"))
    assert await newsdesk.states() == {"sent": 20}
    assert len(newsdesk.discord.messages) == 20
    assert len(newsdesk.discord.seen("GET", "/channels/*/messages")) - history <= 2  # Those under way.


async def test_what_is_still_to_be_sent_keeps_the_snapshot_that_a_summary_would_start_from(
    newsdesk: Newsdesk,
) -> None:
    (made,) = await newsdesk.subscribe(in_channel(HERE))
    for n in range(3):
        await newsdesk.price(2 + n)
    await newsdesk.let_pass(days=40)
    await newsdesk.price(9)
    await newsdesk.store.thin(newsdesk.clock())
    await plan(newsdesk.store, newsdesk.clock)
    await plan(newsdesk.store, newsdesk.clock)
    await newsdesk.publish()
    (summary,) = newsdesk.shown(HERE)
    assert "$1 to $9" in summary["embeds"][0]["description"].replace("\u00a0", " ")
    assert (await newsdesk.one(made)).snapshot == 5


async def test_a_clock_that_was_wrong_for_a_while_holds_nothing_back(newsdesk: Newsdesk) -> None:
    await newsdesk.subscribe(in_channel(HERE), in_channel(THERE))
    newsdesk.clock.passed += timedelta(days=300)
    await newsdesk.price(2)
    newsdesk.discord.fail_next("POST", f"/channels/{THERE}/messages", status=503)
    await newsdesk.publish()
    newsdesk.clock.passed -= timedelta(days=300)
    await newsdesk.price(2, 3)
    async with asyncio.timeout(20):
        await newsdesk.publish()  # It sees that the clock was turned back.
        await newsdesk.publish()
    assert newsdesk.order(HERE) == [1, 3]
    assert newsdesk.order(THERE) == [2, 4]


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_under_way_while_the_clock_was_wrong_is_there_once(
    newsdesk: Newsdesk, arrived: bool
) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    newsdesk.clock.passed += timedelta(days=300)
    await newsdesk.price(2)
    newsdesk.discord.lose_next(*POST) if arrived else newsdesk.discord.cut_next(*POST)
    await newsdesk.publish()
    newsdesk.discord.channels.let_pass(3600)
    newsdesk.clock.passed -= timedelta(days=300)
    async with asyncio.timeout(20):
        await newsdesk.publish()  # It sees that the clock was turned back.
        await newsdesk.publish()
    assert newsdesk.order(HERE) == [1]
    assert await newsdesk.states() == {"sent": 1}


async def test_after_a_wrong_clock_a_silent_place_is_looked_at_again(newsdesk: Newsdesk) -> None:
    (held,) = await newsdesk.subscribe(to_person(PERSON))
    newsdesk.clock.passed += timedelta(days=300)
    await alerts.pause(newsdesk.store, held.number, newsdesk.clock(), Pause.REFUSED)
    newsdesk.clock.passed -= timedelta(days=300)
    await newsdesk.publisher.look_again()
    assert (await newsdesk.one(held)).paused is None


async def test_after_a_backup_took_the_place_of_the_store_its_own_news_are_sent(
    newsdesk: Newsdesk, tmp_path: Path
) -> None:
    await newsdesk.subscribe(in_channel(HERE))
    await newsdesk.store.backup(tmp_path / "backup.db")
    await newsdesk.price(2)
    await newsdesk.publish()
    shutil.copy(tmp_path / "backup.db", newsdesk.store.path)
    await newsdesk.let_pass(hours=1)
    await newsdesk.price(7)
    await newsdesk.publish()
    first, second = (str(message["embeds"]) for message in newsdesk.shown(HERE))
    assert "$2" in first
    assert "$7" in second

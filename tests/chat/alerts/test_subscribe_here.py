"""The button below a comparison that tells the channel of changes to its models."""

from bot.catalog.catalog import Catalog
from bot.news.alert import Taste
from bot.store import alerts
from tests.chat.alerts.newsstand import Newsstand
from tests.chat.conftest import NewBot, Reply, shown

PAIR = {"model_a": "gpt 5.5", "model_b": "gemma 4 12b"}


async def test_who_manages_the_channel_subscribes_it_also_after_a_restart(
    stand: Newsstand, catalog: Catalog, new_bot: NewBot
) -> None:
    answer = await stand.ask(stand.ada, "compare", **PAIR)
    await stand.env.restart_bot(new_bot())

    done = await stand.press(stand.cleo, answer.response, "Subscribe here")

    assert done.ephemeral
    (held,) = await stand.kept()
    numbers = tuple(catalog.models[m].number for m in ("gpt-5-5", "gemma-4-12b"))
    assert held.taste == Taste(board="every", models=numbers)
    assert (held.channel, held.person) == (stand.general.id, stand.cleo.id)
    assert "GPT-5.5" in shown(done.response)
    await stand.dearer("gpt-5-5")
    await stand.published()
    assert "GPT-5.5" in (stand.general.history()[-1].embeds[0].title or "")


async def test_others_are_told_that_they_may_not_and_twice_is_once(stand: Newsstand) -> None:
    answer = await stand.ask(stand.ada, "compare", **PAIR)

    refused = await stand.press(stand.ada, answer.response, "Subscribe here")
    await stand.press(stand.cleo, answer.response, "Subscribe here")
    again = await stand.press(stand.cleo, answer.response, "Subscribe here")

    assert "Manage Channels" in shown(refused.response)
    assert "already" in shown(again.response)
    assert len(await stand.kept()) == 1


async def test_in_direct_messages_it_watches_the_models(stand: Newsstand, catalog: Catalog) -> None:
    answer = Reply(await stand.ada.user.slash("compare", **PAIR))

    await stand.ada.user.click(answer.response, label="Subscribe here")

    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    assert held.taste.models == tuple(catalog.models[m].number for m in ("gpt-5-5", "gemma-4-12b"))

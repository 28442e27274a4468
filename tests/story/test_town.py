# SPDX-License-Identifier: ISC
"""Innocents who look guilty, and guilty ones who take care to look innocent,
in a town of honest people (town.py)."""

import copy
import functools

import pytest

import innocents
import thieves
from town import Town

# As it is; one whose mail leaves by a relay host that refuses nothing; one
# whose server is on a list, for whatever reason; and small ones, which have no
# peers to compare with.
TOWNS = {
    "town": dict(),
    "relay": dict(relay=True),
    "listed": dict(listed=True),
    "listed-village": dict(listed=True, people=3),
    "alone": dict(people=0),
}


def by_name(function):
    return getattr(function, "__name__", str(function))


@functools.lru_cache(maxsize=None)
def built(people):
    return Town(people=people)


def judged(sereno, tmp_path, person, people=20, relay=False, listed=False):
    """Whom the report accuses, and of what."""
    town = copy.deepcopy(built(people))
    truth = person(town)
    if relay:
        town.behind_relay()
    if listed:
        town.listed()
    log = town.write(tmp_path / "mail.log")
    report = sereno("check", "--offline", "--json", "--log", log).json()
    accused = {}
    for finding in report["findings"]:
        if finding["origin"] is not None and finding["severity"] != "info":
            accused.setdefault(finding["origin"]["name"], []).append(
                finding["code"])
    return truth, accused, report


@pytest.mark.parametrize("town", ["town", "relay", "listed-village"])
@pytest.mark.parametrize("person", innocents.ALL, ids=by_name)
def test_nobody_honest_is_accused(sereno, tmp_path, person, town):
    _, accused, report = judged(sereno, tmp_path, person, **TOWNS[town])
    assert accused == {}
    assert report["culprits"] == []


def is_named(truth, accused, report):
    assert set(accused) == set(truth)
    for culprit in report["culprits"]:
        count = truth[culprit["origin"]["name"]]
        assert count * 0.95 <= culprit["messages"] <= count * 1.1


@pytest.mark.parametrize("town", ["town", "listed", "alone"])
@pytest.mark.parametrize("thief", thieves.LOUD, ids=by_name)
def test_the_guilty_is_named_and_nobody_else(sereno, tmp_path, thief, town):
    is_named(*judged(sereno, tmp_path, thief, **TOWNS[town]))


@pytest.mark.parametrize("thief", thieves.SPREAD, ids=by_name)
def test_a_botnet_is_seen_without_a_single_refusal(sereno, tmp_path, thief):
    is_named(*judged(sereno, tmp_path, thief, relay=True))


@pytest.mark.parametrize("thief", thieves.QUIET, ids=by_name)
def test_at_most_the_guilty_is_named(sereno, tmp_path, thief):
    truth, accused, _ = judged(sereno, tmp_path, thief)
    assert set(accused) <= set(truth)


def test_a_listing_is_told_but_not_held_against_one(sereno, tmp_path):
    _, accused, report = judged(sereno, tmp_path, thieves.office_hours,
                                listed=True)
    reasons = [r["sentence"] for f in report["findings"]
               if f["code"] == "stolen-login" for r in f["reasons"]]
    refused = report["culprits"][0]["refused_spam"]
    said = [r for r in reasons if "blame this server" in r]
    assert len(said) == 1 and "beyond what others met" in said[0]
    assert int(said[0].split()[0]) < refused / 3  # content: some 24 of 600
    assert any(f["code"] == "provider-block" for f in report["findings"])

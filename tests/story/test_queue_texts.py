# SPDX-License-Identifier: ISC
"""The summary opens no files that hold a text alone, and says the same of
their sizes as whoever reads them."""

from exim_queue import EximQueue


def test_sizes_without_reading_texts(sereno, tmp_path):
    q = EximQueue(tmp_path / "spool")
    ids = [q.put(rcpts=["b%d@far.example" % i], body="x" * 50 * i + "\n")
           for i in range(1, 9)]
    said = sereno("queue", "--json", "--queue", "spool").json()
    listed = sereno("queue", "list", "--json", "--queue", "spool").json()
    assert {m["id"] for m in listed["messages"]} == set(ids)
    assert said["bytes"] == sum(m["size"] for m in listed["messages"])
    assert said["queues"] == listed["queues"]


def test_a_text_that_is_gone_is_a_message_that_is_gone(sereno, tmp_path):
    q = EximQueue(tmp_path / "spool")
    one, two = q.put(), q.put()
    (tmp_path / "spool/input" / (one + "-D")).unlink()
    said = sereno("queue", "--json", "--queue", "spool").json()
    assert said["messages"] == 1
    listed = sereno("queue", "list", "--json", "--queue", "spool").json()
    assert [m["id"] for m in listed["messages"]] == [two]

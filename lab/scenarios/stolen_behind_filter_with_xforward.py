# SPDX-License-Identifier: ISC
"""A stolen account behind a content filter that re-injects, with XFORWARD: each
message is in the log twice and counts once."""
from lab import filter as content_filter
from lab.scenarios.stolen_botnet_465 import botnet

SETTING = {"days": 3, "people": 24}
XFORWARD = True


def build(s):
    ana = s.world.person("ana@tienda.example")
    s.postfix.submission = content_filter.SUBMISSION
    s.postfix.more = content_filter.master(XFORWARD)
    s.open()
    s.listen("127.0.0.1", 10024, content_filter.handler(XFORWARD))
    s.quiet_days()
    s.habits(ana)
    botnet(s, ana.address, s.world.bots(60, 50), s.now - 6 * 3600,
           s.now - 240, 90)
    s.flush(s.now - 200)
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")

# SPDX-License-Identifier: ISC
"""Exim 4.98 with its longer ids: a busy web shop's order mails to people nobody
has written to before, and everybody's honest mail. Nothing is wrong."""
from lab import php
from lab.scenarios.php_script import shop

SETTING = {"people": 10, "days": 2, "server": "exim.Trixie"}


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web, orders=90)
    s.expect("clean")

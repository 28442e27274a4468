# SPDX-License-Identifier: ISC
"""A busy web shop: hundreds of order mails under uid 33, to people nobody has
written to before. That is what shops do."""
from lab import php
from lab.scenarios.php_script import shop

SETTING = {"people": 24}


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web, orders=170)
    s.expect("clean")

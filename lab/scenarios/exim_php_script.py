# SPDX-License-Identifier: ISC
"""Exim: a mailer uploaded into a web site, an honest shop under the same uid;
the folder in which sendmail was called and PHP's mail.log tell them apart."""
from lab import php
from lab.scenarios.php_script import mailer, shop

SETTING = {"people": 8, "days": 2, "server": "exim"}


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web)
    actor = mailer(s, web, 45)
    s.flush(s.now - 200)
    s.expect("sending", actor, "web-script")

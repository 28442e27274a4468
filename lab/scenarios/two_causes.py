# SPDX-License-Identifier: ISC
"""Two independent causes at once: a stolen account and an uploaded script."""
from lab import php
from lab.scenarios.php_script import mailer, shop
from lab.scenarios.stolen_botnet_465 import botnet

SETTING = {"days": 3, "people": 24}


def build(s):
    ana = s.world.person("ana@tienda.example")
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    s.habits(ana)
    shop(s, web)
    actor = mailer(s, web, 50)
    botnet(s, ana.address, s.world.bots(50), s.now - 9 * 3600, s.now - 300,
           80)
    s.flush(s.now - 200)
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")
    s.expect("sending", actor, "web-script")

# SPDX-License-Identifier: ISC
"""A quiet teacher sends a term letter to 80 families one evening, from a hotel
and from her phone: new networks, new recipients, an odd hour, and honest."""
import random

from lab.load import Mail

SETTING = {"people": 28}
FATES = {"ok": 940, "unknown": 20, "grey": 40}


def build(s):
    rosa = s.world.person("rosa.gil@escuela.example")
    s.open()
    s.quiet_days(per_day=1.5)

    def some(rcpts, ip, helo):
        s.load.submit(rosa.address, ip, rosa.port, helo, [
            Mail(rosa.address, [r], rosa.mid(), size=6000) for r in rcpts])
    families = s.world.addresses(FATES, 80)
    begin = s.now - 5.5 * 3600
    for i in range(0, 80, 4):
        ip, helo = random.choice((("198.18.230.17", rosa.helo),
                                  (rosa.phone, "smtpclient.apple")))
        s.at(begin + i * 90, some, families[i:i + 4], ip, helo)
    s.flush(s.now - 200)
    s.expect("clean")

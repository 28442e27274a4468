# SPDX-License-Identifier: ISC
"""An honest newsletter to 1,800 confirmed readers, one by one, from the list's
own machine; some addresses have died. A smaller issue went out before."""
from lab.load import Mail
from lab.people import hexid, v4

SETTING = {"people": 20}
HOUR, DAY = 3600, 86400
READERS = {"ok": 955, "unknown": 15, "grey": 20, "full": 5, "dead": 5}


def build(s):
    letter = s.world.person("boletin@escuela.example")
    s.open()
    s.quiet_days(skip=(letter.address,))
    ip = v4(600)
    readers = s.world.addresses(READERS, 1800)

    def part(rcpts, issue):
        s.load.submit(letter.address, ip, 587, "news.escuela.example", [
            Mail(letter.address, [r], "%s.%d@news.escuela.example" % (
                hexid(12), issue), size=4000, headers="Precedence: bulk\n"
                "List-Unsubscribe: <https://escuela.example/baja>\n")
            for r in rcpts])
    for issue, begin, n in ((1, s.now - 3.6 * DAY, 300),
                            (2, s.now - 15 * HOUR, 1800)):
        for i in range(0, n, 25):
            s.at(begin + i * 2, part, readers[i:i + 25], issue)
        s.flush(begin + 4000)
    s.expect("clean")

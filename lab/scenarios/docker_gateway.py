# SPDX-License-Identifier: ISC
"""A container network's userland proxy stands in front: the whole world has
the gateway's address, which mynetworks trusts."""
import random
import socket
import threading

from lab.load import Mail
from lab.net import GATEWAY, INSIDE
from lab.people import ABUSE, hexid

SETTING = {"people": 24}
ACTOR = "relayed-network:" + GATEWAY
PUBLIC = "203.0.113.25"


def proxy(conn):
    """What docker-proxy does: copies bytes, from the gateway's address."""
    with socket.socket() as s:
        s.bind((GATEWAY, 0))
        s.connect((INSIDE, 25))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        t = threading.Thread(target=copy, args=(conn, s), daemon=True)
        t.start()
        copy(s, conn)
        t.join()


def copy(a, b):
    try:
        while (data := a.recv(65536)):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def build(s):
    s.postfix.main["mynetworks"] = "127.0.0.0/8, 172.18.0.0/16"
    s.open()
    s.listen(PUBLIC, 25, proxy, inside=False)
    deliver = s.load.deliver
    s.load.deliver = lambda *a, **kw: deliver(*a, **{"server": PUBLIC, **kw})
    s.knock = lambda: None
    s.quiet_days()

    def strangers(ip):
        mails = [Mail(s.world.victim(), s.world.addresses(
            ABUSE, random.choice((1, 2, 4))), hexid(12) + "@mail." + hexid(4))
            for _ in range(random.choice((1, 2, 4)))]
        s.load.deliver(ip, "host" + hexid(3), mails, ACTOR, "abuse")
    bots = s.world.bots(30)
    for i in range(120):
        s.at(s.now - 30 * 3600 + i * 880 + random.random() * 600, strangers,
             random.choice(bots))
    s.flush(s.now - 200)
    s.expect("relay", ACTOR, "proxied-relay", "abuse",
             setting="mynetworks = 127.0.0.0/8, 172.18.0.0/16",
             remedy="postconf -e 'mynetworks = 127.0.0.0/8'")

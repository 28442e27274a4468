# SPDX-License-Identifier: ISC
"""The clock of a recording: real time with the idle hours skipped.

A scenario of several days is played in seconds. While something happens,
wall time runs exactly as fast as real time; between two happenings, when the
servers have fallen silent, jump() moves the wall clock forward. It never goes
back, so the order of the recorded lines is the order of their stamps.
"""
import datetime
import threading
import time

UTC = datetime.timezone.utc
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Clock:
    """wall() is the recording's time, a float of Unix seconds."""

    def __init__(self, start):
        self.lock = threading.Lock()
        self.jumps = [(0.0, start - time.time())]

    def wall(self, real=None):
        """Wall time of a real time, by default of now."""
        if real is None:
            return time.time() + self.jumps[-1][1]
        with self.lock:
            offset = self.jumps[0][1]
            for at, value in self.jumps:
                if at > real:
                    break
                offset = value
        return real + offset

    def jump(self, wall):
        """Skip to this wall time unless it is past."""
        with self.lock:
            real = time.time()
            offset = wall - real
            if offset > self.jumps[-1][1]:
                self.jumps.append((real, offset))


def unix(text):
    """Unix seconds of '2026-11-20 19:12' (UTC)."""
    return datetime.datetime.fromisoformat(text).replace(
        tzinfo=UTC).timestamp()


def rfc3339(wall, fraction=False):
    t = datetime.datetime.fromtimestamp(wall, UTC)
    return t.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00" if fraction
                      else "%Y-%m-%dT%H:%M:%SZ")


def syslog(wall):
    """'Nov 20 19:12:01', as syslog writes it since 1983."""
    t = datetime.datetime.fromtimestamp(wall, UTC)
    return "%s %2d %s" % (MONTHS[t.month - 1], t.day, t.strftime("%H:%M:%S"))


def day(wall):
    """'Fri 20 Nov'."""
    t = datetime.datetime.fromtimestamp(wall, UTC)
    return "%s %d %s" % ("Mon Tue Wed Thu Fri Sat Sun".split()[t.weekday()],
                         t.day, MONTHS[t.month - 1])


def common(wall):
    """'20/Nov/2026:19:12:01 +0000', as web servers write it."""
    t = datetime.datetime.fromtimestamp(wall, UTC)
    return "%02d/%s/%s" % (t.day, MONTHS[t.month - 1],
                           t.strftime("%Y:%H:%M:%S +0000"))


def php(wall):
    """'20-Nov-2026 19:12:01 UTC', as PHP writes it."""
    t = datetime.datetime.fromtimestamp(wall, UTC)
    return "%02d-%s-%s" % (t.day, MONTHS[t.month - 1],
                           t.strftime("%Y %H:%M:%S UTC"))

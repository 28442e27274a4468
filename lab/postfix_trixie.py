# SPDX-License-Identifier: ISC
"""The mail server under test: a newer Postfix, in a root of its own."""
import os
import pwd
import shutil
import subprocess

from lab.postfix import Postfix, write
from lab.root import Root, mount

POSTDROP = 990  # its group, as in nobody's passwd of this machine
USERS = "postfix:x:%d:%d::/var/spool/postfix:/usr/sbin/nologin\n"
GROUPS = "postfix:x:%d:\npostdrop:x:%d:\n"


class Trixie(Postfix):
    """3.10."""

    ROOT = Root("trixie", "postfix", "findutils", "grep", "mawk")

    def __init__(self, room):
        super().__init__(room)
        self.room = room

    def configure(self):
        # Its own list of files and their owners, not this machine's.
        super().configure()
        self.conf = self.d + "/conf"
        os.makedirs(self.conf)
        for name in ("main.cf", "master.cf"):
            shutil.copy("%s/etc/%s" % (self.d, name), self.conf)

    def start(self):
        who = pwd.getpwnam("postfix")
        top = self.ROOT.mount(
            self.room, USERS % (who.pw_uid, who.pw_gid),
            GROUPS % (who.pw_gid, POSTDROP))
        shutil.copy(top + "/usr/share/postfix/postfix-files"
                    if os.path.exists(top + "/usr/share/postfix/postfix-files")
                    else top + "/etc/postfix/postfix-files", self.conf)
        os.makedirs(top + "/etc/postfix", exist_ok=True)
        mount("--bind", self.conf, top + "/etc/postfix")
        for name in ("postdrop", "postqueue"):
            path = "%s/usr/sbin/%s" % (top, name)
            os.chown(path, 0, POSTDROP)
            os.chmod(path, 0o2555)
        # Debian's script copies files for chrooted daemons; none is here.
        write(top + "/usr/lib/postfix/configure-instance.sh", "#!/bin/sh\n")
        self.command("postfix", "start")

    def command(self, *args):
        r = subprocess.run(
            self.ROOT.command(*args), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        if r.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(args), r.stdout[-400:]))

    def stop(self):
        subprocess.run(self.ROOT.command("postfix", "stop"),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sendmail(self, args, uid, gid, cwd="/"):
        return {"args": self.ROOT.command(
            "/usr/sbin/sendmail", *args, uid=uid, gid=gid, cwd=cwd),
            "env": {"PATH": "/usr/sbin:/usr/bin"}}

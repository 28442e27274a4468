# SPDX-License-Identifier: ISC
"""A room of one's own: namespaces and a private file tree for one lab.

A lab is a process of its own in new network, mount, pid, ipc and uts
namespaces, so that nothing of it can disturb or outlive anything: when the
process ends, however it ends, the kernel kills its servers, unmounts its
files and removes its networks.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback

from lab.net import HOST, NAMESERVER, OWN, OWN6
from lab.postfix import write

UNSHARE = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount",
           "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc",
           "--propagation", "private"]
USERS = """vmail:x:5000:5000::/var/mail:/usr/sbin/nologin
luis:x:1004:1004:Luis:/home/luis:/bin/bash
marta:x:1005:1005:Marta:/home/marta:/bin/bash
"""
GROUPS = "vmail:x:5000:\nluis:x:1004:\nmarta:x:1005:\n"


def spawn(args, **kw):
    """Start a Python program of the lab in a new room; a Popen. It dies
    with the thread that called this."""
    return subprocess.Popen(UNSHARE + [sys.executable] + args, **kw)


def leave_with(main):
    """Run main, and end the room with what it returns: none of its threads,
    which wait for ever, may keep it."""
    code = 1
    try:
        code = main() or 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def possible():
    """None if rooms can be made here, else why not."""
    if os.geteuid() != 0:
        return "not root"
    for tool in ("setpriv", "unshare", "ip", "postfix", "dovecot", "openssl"):
        if not shutil.which(tool):
            return tool + " is not installed"
    r = subprocess.run(UNSHARE + ["ip", "link", "add", "a0", "type", "veth",
                                  "peer", "name", "b0"],
                       stderr=subprocess.PIPE, text=True)
    return None if r.returncode == 0 else r.stderr.strip()


def mount(*args):
    subprocess.run(("mount",) + args, check=True)


class Room:
    """Furnishes the namespaces this process was started in."""

    def __init__(self):
        # LAB_ROOM: a folder that whoever started us will remove.
        self.d = os.environ.get("LAB_ROOM") or tempfile.mkdtemp(prefix="lab.")
        os.chmod(self.d, 0o755)
        # All files of a lab are in memory: no fsync, nothing to delete.
        mount("-t", "tmpfs", "-o", "mode=755", "lab", self.d)
        socket.sethostname("mx1")
        # Pids like those of a server that has been up for days.
        write("/proc/sys/kernel/ns_last_pid", "41370")
        self.devices()

    def leave(self):
        subprocess.run(["umount", "-l", self.d], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.d, ignore_errors=True)

    def devices(self):
        dev = self.d + "/dev"
        os.mkdir(dev)
        mount("-t", "tmpfs", "-o", "mode=755", "dev", dev)
        # Bound, not made: mknod is forbidden in many containers.
        for name in ("null", "zero", "random", "urandom"):
            write(dev + "/" + name, "")
            mount("--bind", "/dev/" + name, dev + "/" + name)
        os.mkdir(dev + "/shm", 0o1777)
        os.chmod(dev + "/shm", 0o1777)
        os.symlink("/proc/self/fd", dev + "/fd")
        mount("--rbind", dev, "/dev")

    @staticmethod
    def lines(name):
        """What passwd or group has of the people of a lab."""
        return {"passwd": USERS, "group": GROUPS}[name]

    def etc(self):
        """Own resolver and users; own /etc/postfix if it is configured."""
        d = self.d
        write(d + "/hosts", "127.0.0.1 localhost\n::1 localhost\n"
              "%s %s mx1\n%s %s mx1\n" % (OWN, HOST, OWN6, HOST))
        write(d + "/nsswitch.conf",
              "passwd: files\ngroup: files\nshadow: files\n"
              "hosts: files dns\nservices: files\nprotocols: files\n")
        write(d + "/resolv.conf", "nameserver %s\n" % NAMESERVER)
        for name in ("passwd", "group"):
            with open("/etc/" + name) as f:
                write(d + "/" + name, f.read() + self.lines(name))
        for name in ("hosts", "nsswitch.conf", "resolv.conf", "passwd",
                     "group"):
            target = os.path.realpath("/etc/" + name)
            mount("--bind", d + "/" + name, target)
        if os.path.isdir(d + "/etc"):
            mount("--bind", d + "/etc", "/etc/postfix")
        for user, uid in (("luis", 1004), ("marta", 1005)):
            os.makedirs(d + "/home/" + user)
            os.chown(d + "/home/" + user, uid, uid)
        mount("--bind", d + "/home", "/home")

    def certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
             "/CN=" + HOST, "-keyout", self.d + "/key.pem", "-out",
             self.d + "/cert.pem"], check=True, stderr=subprocess.DEVNULL)

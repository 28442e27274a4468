# SPDX-License-Identifier: ISC
"""A file tree of another Debian, for servers that cannot live beside Postfix.

    ROOT = Root("trixie", "exim4-daemon-heavy")
    ROOT.ready()            unpacks it, once per machine; needs the network
    top = ROOT.mount(room)  in a room: a private, writable copy on top of it
    ROOT.command(...)       the arguments that run a program inside it

The packages and all they depend on are fetched by apt from where this machine
takes its own, and only unpacked: no script of theirs is run, nothing is
started, and this machine's own packages are not looked at or changed. Users
that such a script would have made are given by the server (lab/exim.py).

LAB_ROOTS names the folder that keeps them, /var/cache/sereno-lab by default.
A tree is thrown away when the list of its packages or this file changes.
"""
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import time

from lab.postfix import write

# What every tree has: names of users, a shell, and the tools to change rights.
ALWAYS = ("base-files", "base-passwd", "bash", "coreutils", "dash", "sed")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LEAVE_OUT = ("./usr/share/doc/*", "./usr/share/locale/*", "./usr/share/man/*")
MERGED = ("bin", "sbin", "lib", "lib64")
MAX_AGE = 6 * 3600  # of package lists, in seconds


def at_work(name):
    """How many processes of that name are at work; dead ones are buried."""
    n = 0
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % pid) as f:
                said, _, rest = f.read().partition(") ")
            if "(" + name not in said:
                continue
            if rest[0] == "Z":
                os.waitpid(int(pid), os.WNOHANG)
            else:
                n += 1
        except OSError:
            pass
    return n


def cache():
    return os.environ.get("LAB_ROOTS", "/var/cache/sereno-lab")


def sources():
    """Everything this machine's apt reads, one string."""
    text = ""
    for path in ["/etc/apt/sources.list"] + sorted(
            glob.glob("/etc/apt/sources.list.d/*")):
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as f:
                text += "\n\n" + f.read()
    return text


def mirror(text=None):
    """Where this machine takes Debian itself from; None if nobody says."""
    for block in re.split(r"\n\s*\n", sources() if text is None else text):
        lines = [x for x in block.splitlines() if not x.startswith("#")]
        said = dict(x.split(":", 1) for x in lines
                    if re.match(r"(URIs|Suites|Components):", x))
        for uri, suite, parts in [
                (said.get("URIs", ""), said.get("Suites", ""),
                 said.get("Components", ""))] + re.findall(
                    r"(?m)^deb (?:\[.*?\] )?(\S+) (\S+) (.*)",
                    "\n".join(lines)):
            if "main" in parts.split() and uri and re.search(
                    r"(?<![-/\w])(bullseye|bookworm|trixie|stable)(?![-/\w])", suite):
                return uri.split()[0]
    return None


class Root:
    """Packages of one release of Debian and what they need."""

    def __init__(self, release, *packages):
        self.release, self.packages = release, sorted(packages)
        with open(__file__, "rb") as f:
            code = f.read()
        key = hashlib.sha256(code + " ".join(
            [release] + self.packages).encode()).hexdigest()[:12]
        self.path = "%s/%s-%s-%s" % (cache(), release, self.packages[0], key)
        self.top = None

    # Making it.

    def ready(self):
        """Have it unpacked; RuntimeError with the reason if it cannot be."""
        os.makedirs(cache(), exist_ok=True)
        with open(cache() + "/lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(self.path):
                self.forget_older()
                self.unpack(self.fetch())
        return self.path

    def forget_older(self):
        for old in glob.glob(self.path.rpartition("-")[0] + "-" + "?" * 12):
            shutil.rmtree(old)

    def apt(self, *args):
        """apt-get, told nothing of this machine but its settings."""
        d = "%s/apt-%s" % (cache(), self.release)
        r = subprocess.run([
            "apt-get", "-qq", "-o", "Dir::Etc::sourcelist=%s/sources.list" % d,
            "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", "Dir::State::status=%s/status" % d,
            "-o", "Dir::State::lists=%s/lists" % d,
            "-o", "Dir::Cache=" + d,
            "-o", "Dir::Cache::archives=%s/archives" % d,
            "-o", "APT::Sandbox::User=root",
            "-o", "APT::Install-Recommends=false",
            "-o", "APT::Keep-Downloaded-Packages=true",
            "-o", "Acquire::Languages=none", *args],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL)
        if r.returncode != 0:
            raise RuntimeError("apt-get %s: %s" % (args[0], r.stdout[-400:]))
        return r.stdout

    def fetch(self):
        """The paths of all packages' files."""
        d = "%s/apt-%s" % (cache(), self.release)
        uri = mirror()
        if not uri:
            raise RuntimeError("no Debian mirror in this machine's apt sources")
        for sub in ("lists/partial", "archives/partial"):
            os.makedirs("%s/%s" % (d, sub), exist_ok=True)
        write(d + "/status", "")
        write(d + "/sources.list", "deb [signed-by=%s] %s %s main\n" % (
            KEYRING, uri, self.release))
        fresh = d + "/fresh"
        if not os.path.exists(fresh) or \
                time.time() - os.path.getmtime(fresh) > MAX_AGE:
            self.apt("update")
            write(fresh, "")
        names = ("install", "-y", *ALWAYS, *self.packages)
        plan = self.apt("--simulate", *names)
        self.apt("--download-only", *names)
        # "Inst libc6 (2.36-9+deb12u10 Debian:12.11/stable [amd64])"
        return ["%s/archives/%s_%s_%s.deb" % (
            d, name, version.replace(":", "%3a"), arch)
            for name, version, arch in re.findall(
                r"(?m)^Inst (\S+) \((\S+) .*\[(\w+)\]\)", plan)]

    def unpack(self, files):
        new = self.path + ".new"
        shutil.rmtree(new, ignore_errors=True)
        for name in MERGED:
            os.makedirs(new + "/usr/" + name)
            os.symlink("usr/" + name, new + "/" + name)
        tar = ["tar", "-xp", "--keep-directory-symlink", "-C", new] + [
            "--exclude=" + x for x in LEAVE_OUT]
        for path in files:
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path],
                                  stdout=subprocess.PIPE) as p:
                subprocess.run(tar, stdin=p.stdout, check=True)
            if p.returncode != 0:
                raise RuntimeError("dpkg-deb cannot read " + path)
        for name in ("passwd", "group"):
            shutil.copy("%s/usr/share/base-passwd/%s.master" % (new, name),
                        "%s/etc/%s" % (new, name))
        if not os.path.lexists(new + "/usr/bin/sh"):
            os.symlink("dash", new + "/usr/bin/sh")
        os.rename(new, self.path)

    # Using it.

    def mount(self, room, users="", groups=""):
        """A copy that only this room sees and writes; its path. The room's
        own folder, devices, resolver and network names are in it, too; users
        and groups are lines for its passwd and group."""
        d = room.d
        self.top = top = d + "/root"
        for sub in ("root", "upper", "work"):
            os.mkdir(d + "/" + sub)
            os.chmod(d + "/" + sub, 0o755)
        mount("-t", "overlay", "root", "-o",
              "lowerdir=%s,upperdir=%s/upper,workdir=%s/work" % (
                  self.path, d, d), top)
        mount("-t", "proc", "proc", self.made("/proc"))
        mount("-t", "tmpfs", "-o", "mode=755", "run", self.made("/run"))
        mount("--rbind", "/dev", self.made("/dev"))
        mount("--bind", d, self.made(d))
        for name, more in (("passwd", users), ("group", groups)):
            with open("%s/etc/%s" % (top, name), "a") as f:
                f.write(room.lines(name) + more)
        for name in ("hosts", "nsswitch.conf", "resolv.conf"):
            shutil.copy("%s/%s" % (d, name), "%s/etc/%s" % (top, name))
        for user in ("luis", "marta"):
            os.makedirs("%s/home/%s" % (top, user), exist_ok=True)
            shutil.chown("%s/home/%s" % (top, user), *(
                (1004, 1004) if user == "luis" else (1005, 1005)))
        return top

    def made(self, path):
        os.makedirs(self.top + path, exist_ok=True)
        return self.top + path

    def command(self, *args, uid=None, gid=None, cwd="/"):
        """The arguments that run args inside, as root or as somebody."""
        who = [] if uid is None else [
            "--userspec=+%d:+%d" % (uid, uid if gid is None else gid),
            "--groups="]
        return ["chroot", *who, self.top, "env", "-C", cwd, *args]


def mount(*args):
    subprocess.run(("mount",) + args, check=True)

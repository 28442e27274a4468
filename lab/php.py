# SPDX-License-Identifier: ISC
"""Web sites on the server: nginx and php-fpm, with PHP's own mail log.

/var/www is private to the lab. PHP writes its mail log into a pipe and nginx
its requests with milliseconds in front, so that both can be stamped with the
lab's clock exactly.
"""
import glob
import os
import shutil
import socket
import subprocess
import threading
import urllib.parse

from lab import clock as clocks
from lab.net import OWN
from lab.postfix import write

POOL = """[global]
pid = {d}/php/fpm.pid
error_log = {d}/php/fpm.log
[www]
user = www-data
group = www-data
listen = {d}/php/fpm.sock
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 4
php_admin_value[sendmail_path] = /usr/sbin/sendmail -t -i
php_admin_value[mail.log] = {d}/php/mail.log
php_admin_flag[mail.add_x_header] = on
php_admin_value[date.timezone] = UTC
"""
NGINX = """worker_processes 1;
pid {d}/php/nginx.pid;
user www-data;
error_log {d}/php/error.log;
events {{ worker_connections 256; }}
http {{
 log_format stamped '$msec $remote_addr - $remote_user [$time_local] '
  '"$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
 access_log {d}/php/access.log stamped;
 client_body_temp_path {d}/php/b; fastcgi_temp_path {d}/php/f;
 proxy_temp_path {d}/php/p; uwsgi_temp_path {d}/php/u; scgi_temp_path {d}/php/s;
 server {{
  listen {ip}:80;
  root /var/www/$host/htdocs;
  location / {{ try_files $uri /index.php; }}
  location ~ \\.php$ {{
   include /etc/nginx/fastcgi_params;
   fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
   fastcgi_pass unix:{d}/php/fpm.sock;
  }}
 }}
}}
"""
# Sends what it is told, one mail a line, and says how many were taken.
MAILER = """<?php $n=0;foreach(explode("\\n",$_POST["to"])as $t)""" \
    """$n+=mail($t,$_POST["s"],$_POST["m"],$_POST["h"],""" \
    """"-f".$_POST["f"]);echo "sent ",$n;"""
# An honest application, several lines long.
FORM = """<?php
// Sends what a visitor wrote, and a copy to the visitor.
$headers = $_POST["h"];
$from = $_POST["f"];
$sent = 0;
foreach (explode("\\n", $_POST["to"]) as $to) {
    if (mail($to, $_POST["s"], $_POST["m"], $headers, "-f" . $from))
        $sent++;
}
echo "sent ", $sent;
"""


def fpm(top=""):
    """The newest php-fpm installed, or None; top: in another root."""
    return max((x[len(top):] for x in glob.glob(top + "/usr/sbin/php-fpm*")),
               default=None)


class Web:
    """Sites of one lab; call start() after Scenario.open()."""

    def __init__(self, s):
        self.s, self.d, self.root = s, s.d, s.server.ROOT
        if not self.root and not (shutil.which("nginx") and fpm()):
            raise RuntimeError("nginx and php-fpm are not installed")

    def site(self, host, path, source):
        """Put a script under /var/www/HOST/htdocs; its absolute path."""
        full = "/var/www/%s/htdocs/%s" % (host, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        write(full, source)
        return full

    def start(self):
        d = self.d
        os.makedirs("/var/www", exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "www",
                        "/var/www"], check=True)
        if self.root:
            subprocess.run(["mount", "--bind", "/var/www",
                            self.root.made("/var/www")], check=True)
        os.makedirs(d + "/php")
        os.mkfifo(d + "/php/mail.log")
        os.chmod(d + "/php/mail.log", 0o666)
        threading.Thread(target=self.read_mail_log, daemon=True).start()
        write(d + "/php/pool.conf", POOL.format(d=d))
        write(d + "/php/nginx.conf", NGINX.format(d=d, ip=OWN))
        self.run(fpm(self.root.top if self.root else ""), "-n", "-y",
                 d + "/php/pool.conf", "-D")
        self.run("/usr/sbin/nginx", "-c", d + "/php/nginx.conf")
        self.s.cleanup.append(self.stop)
        self.s.collectors.append(self.collect)

    def run(self, *args):
        """Start it where the mail server is, to find its sendmail."""
        if self.root:
            args = self.root.command(*args)
        subprocess.run(args, check=True, stderr=subprocess.DEVNULL)

    def read_mail_log(self):
        fd = os.open(self.d + "/php/mail.log", os.O_RDWR)
        with open(fd, encoding="latin-1", newline="\n") as f:
            for line in f:
                wall = self.s.clock.wall()
                self.s.php_log.append((wall, "[%s]%s" % (
                    clocks.php(wall), line[line.index("]") + 1:])))

    def collect(self):
        with open(self.d + "/php/access.log", encoding="latin-1") as f:
            for line in f:
                msec, rest = line.split(" ", 1)
                wall = self.s.clock.wall(float(msec))
                a, b = rest.index("["), rest.index("]")
                self.s.web_log.append((wall, "%s[%s%s" % (
                    rest[:a], clocks.common(wall), rest[b:])))

    def stop(self):
        for name in ("nginx", "fpm"):
            try:
                with open("%s/php/%s.pid" % (self.d, name)) as f:
                    os.kill(int(f.read()), 15)
            except (OSError, ValueError):
                pass

    def request(self, source, host, path, form=None, agent="Mozilla/5.0"):
        """One request from source; the body of the answer."""
        body = urllib.parse.urlencode(form) if form else ""
        text = "%s %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: %s\r\n" \
            "Content-Type: application/x-www-form-urlencoded\r\n" \
            "Content-Length: %d\r\n\r\n%s" % (
                "POST" if form else "GET", path, host, agent, len(body), body)
        with socket.socket() as c:
            c.settimeout(30)
            c.bind((source, 0))
            c.connect((OWN, 80))
            c.sendall(text.encode())
            answer = b""
            while (part := c.recv(65536)):
                answer += part
        return answer.split(b"\r\n\r\n", 1)[-1].decode("latin-1")

    def mail(self, source, host, path, actor, rcpts, sender, subject="hola",
             part="abuse", text="texto\n", agent="Mozilla/5.0"):
        """Let a script of ours mail to rcpts; what it says it sent is
        entered in the ledger."""
        said = self.request(source, host, "/" + path, {
            "to": "\n".join(rcpts), "f": sender, "s": subject, "m": text,
            "h": "From: %s\r\nX-Lab-Actor: %s|%s" % (sender, actor, part)},
            agent)
        if not said.startswith("sent "):
            raise RuntimeError("script said: " + said[:200])
        n = int(said.split()[1])
        self.s.ledger.submitted(actor, n, part, n)

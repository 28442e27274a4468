# SPDX-License-Identifier: ISC
"""An after-queue content filter that re-injects, answering like amavis."""
import socket

from lab.sinks import Line

SUBMISSION = "-o content_filter=amavis:[127.0.0.1]:10024"


def master(xforward):
    """master.cf lines that go with it."""
    return """127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter= -o smtpd_tls_security_level=none
  -o mynetworks=127.0.0.0/8 -o smtpd_recipient_restrictions=
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
amavis unix - - n - 8 smtp
  -o smtp_send_xforward_command=%s -o smtp_tls_security_level=none
""" % ("yes" if xforward else "no")


def handler(xforward):
    """What listens on 127.0.0.1:10024."""
    def session(conn):
        io = Line(conn)
        io.put("220 [127.0.0.1] ESMTP filter service ready")
        todo = []
        while (cmd := io.get()) is not None:
            verb = cmd[:4].upper()
            if verb == "EHLO":
                x = "\n250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE" \
                    if xforward else ""
                io.put("250-[127.0.0.1]\n250-PIPELINING\n250-8BITMIME%s\n"
                       "250 ENHANCEDSTATUSCODES" % x)
            elif verb in ("XFOR", "MAIL", "RCPT"):
                if verb == "MAIL":
                    todo = [c for c in todo if c[:4].upper() == "XFOR"]
                    cmd = cmd.split(" SIZE")[0].split(" BODY")[0]
                todo.append(cmd)
                io.put("250 2.1.0 Ok")
            elif verb == "DATA":
                io.put("354 End data with <CR><LF>.<CR><LF>")
                answer = reinject(todo, io.body())
                io.put("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): " + answer)
                todo = []
            elif verb == "QUIT":
                io.put("221 2.0.0 Bye")
                return
            else:
                io.put("250 2.0.0 Ok")
    return session


def reinject(todo, body):
    with socket.create_connection(("127.0.0.1", 10025)) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        out = Line(s)

        def say(cmd):
            if cmd is not None:
                out.put(cmd)
            while (line := out.get())[3:4] == "-":
                pass
            return line
        say(None)
        say("EHLO localhost")
        for cmd in todo:
            say(cmd)
        say("DATA")
        s.sendall(body + b".\r\n")
        answer = say(None)
        say("QUIT")
        return answer

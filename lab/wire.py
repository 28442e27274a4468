# SPDX-License-Identifier: ISC
"""What leaves this network, packet by packet: whom it connects to, and which
questions go to which name server. Taken from the interfaces, so that no server
has to tell, also one that never answers.
"""
import collections
import ipaddress
import socket
import struct
import threading
import time

OUTGOING, ALL = 4, 3  # PACKET_OUTGOING, ETH_P_ALL (packet(7))
TCP, UDP, DISCARD = 6, 17, 9

Packet = collections.namedtuple("Packet", "at proto to port kind name")


def read(line):
    at, proto, to, port, kind, name = line.rstrip("\n").split(" ", 5)
    return Packet(float(at), proto, to, int(port), int(kind), name)


def question(data):
    """(type, name) of a question to a name server, the name folded."""
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1"))
        at += 1 + data[at]
    return struct.unpack("!H", data[at + 1:at + 3])[0], \
        ".".join(labels).lower().replace(" ", "_").replace("\n", "_")


class Wire:
    """Writes a line for each UDP datagram and each new TCP connection that
    leaves the network of the calling thread, in the order of the kernel."""

    def __init__(self, path):
        self.lines, self.marked = 0, threading.Event()
        self.file = open(path, "w", encoding="latin-1")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                    socket.htons(ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # RCVBUFFORCE
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            data, address = self.socket.recvfrom(65536)
            if address[2] != OUTGOING:
                continue
            if data[0] >> 4 == 4:
                proto, to, rest = data[9], data[16:20], \
                    data[(data[0] & 15) * 4:]
            else:
                proto, to, rest = data[6], data[24:40], data[40:]
            if proto in (TCP, UDP):
                self.note(proto, str(ipaddress.ip_address(to)), rest)

    def note(self, proto, to, rest):
        port, = struct.unpack("!H", rest[2:4])
        kind, name = 0, "-"
        if (proto, to, port) == (UDP, "127.0.0.1", DISCARD):
            self.marked.set()
            return
        if proto == TCP and rest[13] & 0x12 != 2:  # SYN without ACK
            return
        if proto == UDP and port == 53:
            kind, name = question(rest[8:])
        self.file.write("%.6f %s %s %d %d %s\n" % (
            time.monotonic(), "tcp" if proto == TCP else "udp", to, port,
            kind, name or "."))
        self.file.flush()
        self.lines += 1

    def mark(self):
        """How many lines there are, when all that left before is written; and
        how many packets were missed."""
        self.marked.clear()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"mark", ("127.0.0.1", DISCARD))
        if not self.marked.wait(20):
            raise RuntimeError("the wire is not heard")
        _, drops = struct.unpack("II", self.socket.getsockopt(263, 6, 8))
        return self.lines, drops

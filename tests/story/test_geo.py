# SPDX-License-Identifier: ISC
"""Countries from a MaxMind DB file that the test writes itself."""

import struct

U16, U32, U64 = 5, 6, 9  # types of the format
STAMP = "Nov %2d %02d:%02d:00 mx1 "


def encode(value):
    """The few data types of the MaxMind DB format that are needed."""
    if isinstance(value, str):
        data = value.encode()
        return bytes([2 << 5 | len(data)]) + data
    if isinstance(value, tuple):  # type, number
        data = value[1].to_bytes(8, "big").lstrip(b"\0")
        if value[0] > 7:
            return bytes([len(data), value[0] - 7]) + data
        return bytes([value[0] << 5 | len(data)]) + data
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(
            encode(k) + encode(v) for k, v in value.items())
    assert isinstance(value, list)
    return bytes([len(value), 4]) + b"".join(map(encode, value))


def write_mmdb(path, countries):
    """countries: first octet of an IPv4 address -> two letters, or the number
    of an autonomous system."""
    data, where = b"", {}
    for code in sorted(set(countries.values()), key=str):
        where[code] = len(data)
        data += encode({"country": {"iso_code": code}}
                       if isinstance(code, str)
                       else {"autonomous_system_number": (U32, code)})
    nodes = [[None, None]]
    for octet, code in countries.items():
        at = 0
        for bit in range(7, 0, -1):
            side = octet >> bit & 1
            if nodes[at][side] is None:
                nodes.append([None, None])
                nodes[at][side] = len(nodes) - 1
            at = nodes[at][side]
        nodes[at][octet & 1] = "data", where[code]
    tree = b""
    for node in nodes:
        for child in node:
            if child is None:
                child = len(nodes)
            elif isinstance(child, tuple):
                child = len(nodes) + 16 + child[1]
            tree += child.to_bytes(3, "big")
    meta = encode({
        "node_count": (U32, len(nodes)), "record_size": (U16, 24),
        "ip_version": (U16, 4),
        "database_type": "story", "languages": ["en"],
        "binary_format_major_version": (U16, 2),
        "binary_format_minor_version": (U16, 0),
        "build_epoch": (U64, 1), "description": {"en": "story"}})
    path.write_bytes(tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com"
                     + meta)


def message(n, day, hour, ip, account, recipient, reply):
    qid = "3F%06X" % n
    stamp = STAMP % (day, hour, n % 60)
    status = "sent" if reply.startswith("250") else "bounced"
    dsn = "2.0.0" if status == "sent" else "5.1.1"
    return "".join(stamp + line + "\n" for line in (
        f"postfix/smtps/smtpd[7]: {qid}: client=unknown[{ip}], "
        f"sasl_method=PLAIN, sasl_username={account}",
        f"postfix/qmgr[2]: {qid}: from=<{account}>, size=900, nrcpt=1 "
        "(queue active)",
        f"postfix/smtp[9]: {qid}: to=<{recipient}>, relay=mx.b.example"
        f"[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn={dsn}, "
        f"status={status} ({reply})",
        f"postfix/qmgr[2]: {qid}: removed"))


def case(tmp_path):
    text, n = "", 0
    for day in (16, 17, 18, 19):
        for k in range(4):
            n += 1
            text += message(n, day, 9 + k, "81.1.1.1",
                            "ana@a.example", f"friend{k}@b.example",
                            "250 2.0.0 Ok")
    for k in range(60):
        n += 1
        ip = f"{(41, 102, 177)[k % 3]}.{k}.7.9"
        reply = ("550 5.1.1 <x>: User unknown" if k % 3 == 0
                 else "250 2.0.0 Ok")
        text += message(n, 20, 1 + k // 12, ip, "ana@a.example",
                        f"victim{k}@c.example", reply)
    (tmp_path / "mail.log").write_text(text)
    write_mmdb(tmp_path / "c.mmdb",
               {81: "ES", 41: "VN", 102: "BR", 177: "IN"})
    write_mmdb(tmp_path / "a.mmdb",
               {81: 64500, 41: 64501, 102: 64502, 177: 4200000000})


def reasons(report):
    return [r["sentence"] for f in report["findings"]
            if f["code"] == "stolen-login" for r in f["reasons"]]


def test_countries_are_named(sereno, tmp_path):
    case(tmp_path)
    result = sereno("check", "--json", "--log", "mail.log", "--geoip",
                    "c.mmdb", "--now", "2026-11-20T07:00:00Z")
    assert result.code == 1, result.err
    said = [s for s in reasons(result.json()) if "countries" in s]
    assert len(said) == 1
    assert "3 countries" in said[0]
    for code in ("VN", "BR", "IN"):
        assert code in said[0]
    assert "ES" not in said[0]


def test_providers_are_counted(sereno, tmp_path):
    case(tmp_path)
    result = sereno("check", "--json", "--log", "mail.log", "--geoip",
                    "c.mmdb", "a.mmdb", "--now", "2026-11-20T07:00:00Z")
    said = reasons(result.json())
    assert "through 3 providers not seen with it before" in said
    assert [s for s in said if "3 countries" in s]


def test_without_a_table_nothing_is_said_of_countries(sereno, tmp_path):
    case(tmp_path)
    result = sereno("check", "--json", "--log", "mail.log", "--now",
                    "2026-11-20T07:00:00Z")
    assert reasons(result.json())
    assert not [s for s in reasons(result.json()) if "countries" in s]


def test_a_file_that_is_no_table(sereno, tmp_path):
    case(tmp_path)
    (tmp_path / "bad.mmdb").write_bytes(struct.pack("<I", 7) * 100)
    for name in ("bad.mmdb", "missing.mmdb"):
        result = sereno("check", "--log", "mail.log", "--geoip", name)
        assert result.code == 2
        assert name in result.err
        assert result.out == ""

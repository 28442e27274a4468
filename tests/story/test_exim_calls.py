# SPDX-License-Identifier: ISC
"""The folder that sendmail was called in, in a log that several threads read:
where it is cut, the call may stand on one side and its message on the other."""

PAIR = ("2026-11-20 %s cwd=/home/web%d/public_html 3 args: /usr/sbin/sendmail "
        "-t -i\n"
        "2026-11-20 %s %s <= web%d@mx1 U=web%d P=local S=900 T=\"x\" for "
        "a%d@far.example\n"
        "2026-11-20 %s %s => a%d@far.example R=dnslookup T=remote_smtp "
        "H=mx.far [203.0.113.9] C=\"250 ok\"\n"
        "2026-11-20 %s %s Completed\n")


def test_cut_between_call_and_message(sereno, tmp_path):
    with open(tmp_path / "mainlog", "w", encoding="ascii") as f:
        for i in range(45000):
            at = "%02d:%02d:%02d" % (i // 3600, i // 60 % 60, i % 60)
            qid = "1%05d-%06d-00" % (i, i)
            web = i % 40
            f.write(PAIR % (at, web, at, qid, web, web, i, at, qid, i, at,
                            qid))
    said = [sereno("origins", "--log", "mainlog", "--jobs", jobs, "--json",
                   "--top", "100").json()["origins"] for jobs in (1, 2, 3, 4)]
    assert {o["origin"]["kind"] for o in said[0]} == {"script"}
    assert sum(o["messages"] for o in said[0]) == 45000
    assert all(other == said[0] for other in said[1:])


def test_a_line_of_nothing_but_calls(sereno, tmp_path):
    """It takes no longer than any other line of its length."""
    with open(tmp_path / "mainlog", "w", encoding="ascii") as f:
        f.write(PAIR % (("08:00:00", 1, "08:00:00", "1aaaaa-000001-00", 1, 1,
                         1) + ("08:00:01", "1aaaaa-000001-00", 1) +
                        ("08:00:02", "1aaaaa-000001-00")))
        f.write("2026-11-20 08:00:03 cwd=/a" + " 1 args: b" * 90000 + "\n")
    assert sereno("origins", "--log", "mainlog", timeout=20).code == 1

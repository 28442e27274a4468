# SPDX-License-Identifier: ISC
"""A log of which messages never end: memory has a limit, and it is told."""

LOGIN = ("Nov 16 %02d:%02d:%02d mx1 postfix/smtpd[7]: %08X: "
         "client=h[198.51.100.7], sasl_method=PLAIN, "
         "sasl_username=ana@tienda.example\n")


def endless(path, messages):
    with path.open("w") as f:
        for i in range(messages):
            f.write(LOGIN % (i // 36000, i // 600 % 60, i // 10 % 60,
                             0x10000000 + i))
    return path


def test_given_up_is_told(sereno, tmp_path):
    log = endless(tmp_path / "mail.log", 200000)
    got = sereno("check", "--json", "--offline", "--jobs", "1", "--log", log)
    said = [gap["sentence"] for gap in got.json()["not_examined"]
            if gap["what"] == "messages"]
    assert len(said) == 1
    assert said[0].startswith("80,0") and "160,000" in said[0]
    spanish = sereno("check", "--lang", "es", "--offline", "--jobs", "1",
                     "--log", log)
    assert "mensajes cuyo final no se vio" in spanish.out


def test_a_long_queue_is_not(sereno, tmp_path):
    log = endless(tmp_path / "mail.log", 100000)
    got = sereno("check", "--json", "--offline", "--jobs", "1", "--log", log)
    assert not [gap for gap in got.json()["not_examined"]
                if gap["what"] == "messages"]

# SPDX-License-Identifier: ISC
"""PHP's mail.log and the access log are found on a mounted disk."""

MAIL = """\
Nov 20 10:00:00 mx1 postfix/pickup[3]: 3F00A1: uid=33 from=<shop@a.example>
Nov 20 10:00:00 mx1 postfix/qmgr[2]: 3F00A1: from=<shop@a.example>, size=9, \
nrcpt=1 (queue active)
Nov 20 10:00:01 mx1 postfix/smtp[9]: 3F00A1: to=<x@b.example>, \
relay=mx.b.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, \
status=sent (250 2.0.0 Ok)
Nov 20 10:00:01 mx1 postfix/qmgr[2]: 3F00A1: removed
"""
PHP = ("[20-Nov-2026 10:00:00 UTC] mail() on [/var/www/shop/order.php:12]: "
       "To: x@b.example -- Headers: From: shop@a.example -- Subject: s\n")
WEB = ('198.51.100.7 - - [20/Nov/2026:10:00:00 +0000] "POST /order.php '
       'HTTP/1.1" 200 5 "-" "-"\n')


def disk(tmp_path, setting):
    for name, text in {
            "etc/postfix/main.cf": "myhostname = mx1\n",
            "etc/php/8.2/fpm/pool.d/www.conf": setting,
            "var/log/mail.log": MAIL,
            "var/log/php/mail.log": PHP,
            "var/log/nginx/access.log": WEB}.items():
        path = tmp_path / "disk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(sereno, *args):
    result = sereno("origins", "--json", "--root", "disk", "--now",
                    "2026-11-20T11:00:00Z", *args)
    assert result.code in (0, 1), result.err
    report = result.json()
    return ({o["origin"]["name"] for o in report["origins"]},
            {e["source"].rpartition("disk")[2] for e in report["examined"]})


def test_the_script_is_named(sereno, tmp_path):
    disk(tmp_path, "[www]\nphp_admin_value[mail.log] = /var/log/php/mail.log\n")
    origins, examined = names(sereno)
    assert origins == {"/var/www/shop/order.php"}
    assert examined == {"/var/log/mail.log", "/var/log/php/mail.log",
                        "/var/log/nginx/access.log"}


def test_quoted_in_php_ini(sereno, tmp_path):
    disk(tmp_path, "")
    ini = tmp_path / "disk/etc/php/8.2/fpm/php.ini"
    ini.write_text('; mail.log = /nowhere\nmail.log = "/var/log/php/mail.log"')
    assert names(sereno)[0] == {"/var/www/shop/order.php"}


def test_without_a_setting_only_the_uid_is_known(sereno, tmp_path):
    disk(tmp_path, "[www]\n")
    origins, examined = names(sereno)
    assert origins == {"uid=33"}
    assert "/var/log/php/mail.log" not in examined


def test_named_logs_are_enough(sereno, tmp_path):
    disk(tmp_path, "[www]\nphp_admin_value[mail.log] = /var/log/php/mail.log\n")
    empty = tmp_path / "empty.log"
    empty.write_text("")
    assert names(sereno, "--web-log", "empty.log")[0] == {"uid=33"}

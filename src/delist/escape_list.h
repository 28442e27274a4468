/* SPDX-License-Identifier: ISC */
/*
 * Other ways out while a block stands, for each mail server: ESCAPE(mta, what,
 * where, lines). RELAY: all mail through a relay host; ROUTE: only the mail for
 * one receiver; SOURCE: from another address of this machine. Lines are
 * separated by \n; names in capitals are to be replaced.
 *
 * Settings: postconf(5), transport(5) of Postfix 2.11 to 3.10; the Exim
 * specification, 20 (manualroute) and 30 (smtp); op.me and cf/README of
 * Sendmail 8.17; smtpd.conf(5) of OpenSMTPD 6.8 and 7.6.
 */
ESCAPE("postfix", RELAY, "/etc/postfix/main.cf",
    "relayhost = [RELAY-HOST]:587\n"
    "smtp_sasl_auth_enable = yes\n"
    "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\n"
    "smtp_sasl_security_options = noanonymous\n"
    "smtp_tls_security_level = encrypt\n"
    "# /etc/postfix/sasl_passwd:  [RELAY-HOST]:587 USER:PASSWORD\n"
    "# chmod 600 /etc/postfix/sasl_passwd; postmap /etc/postfix/sasl_passwd; "
    "postfix reload")
ESCAPE("postfix", ROUTE, "/etc/postfix/transport",
    "RECEIVER-DOMAIN    smtp:[RELAY-HOST]:587\n"
    "# main.cf:  transport_maps = hash:/etc/postfix/transport\n"
    "# postmap /etc/postfix/transport; postfix reload")
ESCAPE("postfix", SOURCE, "/etc/postfix/main.cf",
    "smtp_bind_address = NEW-ADDRESS\n"
    "smtp_helo_name = NAME-OF-NEW-ADDRESS\n"
    "# postfix reload")
ESCAPE("exim", RELAY, "the routers of exim4.conf, in place of dnslookup",
    "smarthost:\n"
    "  driver = manualroute\n"
    "  domains = ! +local_domains\n"
    "  transport = relay_smtp\n"
    "  route_list = * RELAY-HOST::587 byname\n"
    "  no_more\n"
    "# transports:\n"
    "relay_smtp:\n"
    "  driver = smtp\n"
    "  hosts_require_auth = *\n"
    "  hosts_require_tls = *\n"
    "# authenticators:\n"
    "relay_plain:\n"
    "  driver = plaintext\n"
    "  public_name = PLAIN\n"
    "  client_send = ^USER^PASSWORD\n"
    "# Debian: dpkg-reconfigure exim4-config writes the same; "
    "/etc/exim4/passwd.client: RELAY-HOST:USER:PASSWORD")
ESCAPE("exim", ROUTE, "the routers of exim4.conf, before dnslookup",
    "by_relay:\n"
    "  driver = manualroute\n"
    "  domains = RECEIVER-DOMAIN\n"
    "  transport = relay_smtp\n"
    "  route_list = * RELAY-HOST::587 byname")
ESCAPE("exim", SOURCE, "the transport remote_smtp of exim4.conf",
    "  interface = NEW-ADDRESS\n"
    "  helo_data = NAME-OF-NEW-ADDRESS")
ESCAPE("sendmail", RELAY, "/etc/mail/sendmail.mc",
    "define(`SMART_HOST', `[RELAY-HOST]')dnl\n"
    "define(`RELAY_MAILER_ARGS', `TCP $h 587')dnl\n"
    "FEATURE(`authinfo', `hash /etc/mail/authinfo')dnl\n"
    "dnl /etc/mail/authinfo:  AuthInfo:RELAY-HOST \"U:USER\" \"P:PASSWORD\"\n"
    "dnl makemap hash /etc/mail/authinfo < /etc/mail/authinfo; "
    "make -C /etc/mail; restart sendmail")
ESCAPE("sendmail", ROUTE, "/etc/mail/mailertable",
    "RECEIVER-DOMAIN    relay:[RELAY-HOST]\n"
    "# sendmail.mc:  FEATURE(`mailertable')dnl\n"
    "# makemap hash /etc/mail/mailertable < /etc/mail/mailertable")
ESCAPE("sendmail", SOURCE, "/etc/mail/sendmail.mc",
    "CLIENT_OPTIONS(`Family=inet, Address=NEW-ADDRESS')dnl\n"
    "define(`confDOMAIN_NAME', `NAME-OF-NEW-ADDRESS')dnl")
ESCAPE("opensmtpd", RELAY, "/etc/smtpd.conf",
    "table secrets file:/etc/smtpd-secrets\n"
    "action \"outbound\" relay host smtp+tls://relay@RELAY-HOST:587 "
    "auth <secrets>\n"
    "match from local for any action \"outbound\"\n"
    "# /etc/smtpd-secrets:  relay USER:PASSWORD")
ESCAPE("opensmtpd", ROUTE, "/etc/smtpd.conf, before the match for any",
    "action \"by_relay\" relay host smtp+tls://relay@RELAY-HOST:587 "
    "auth <secrets>\n"
    "match from local for domain \"RECEIVER-DOMAIN\" action \"by_relay\"")
ESCAPE("opensmtpd", SOURCE, "/etc/smtpd.conf",
    "action \"outbound\" relay src NEW-ADDRESS helo NAME-OF-NEW-ADDRESS")

/* SPDX-License-Identifier: ISC */
/*
 * Fields in which programs say who handed a message in:
 * IMPRINT(field, kind, sentence). The sentence says who writes it and what it
 * means; how far it can be believed follows from where it stands.
 */
IMPRINT(
    "X-Originating-IP", ADDRESS, N_("a webmail names the browser's address"))
IMPRINT("X-Sender-IP", ADDRESS,
    N_("a webmail or filter names the client's address"))
IMPRINT("X-Source-IP", ADDRESS,
    N_("a filter names the address that it was given the mail from"))
IMPRINT("X-Client-IP", ADDRESS, N_("a webmail names the browser's address"))
IMPRINT("X-Client-Addr", ADDRESS,
    N_("a filter names the address that it was given the mail from"))
IMPRINT("X-Remote-IP", ADDRESS, N_("a webmail names the browser's address"))
IMPRINT("X-Remote-Addr", ADDRESS,
    N_("a form or webmail names the browser's address"))
IMPRINT("X-Forwarded-For", ADDRESS,
    N_("a form or webmail names the browser's address, as its proxy told it"))
IMPRINT("X-Originating-Host", ADDRESS, N_("a webmail names the browser's host"))
IMPRINT("X-AOL-IP", ADDRESS, N_("AOL names the client's address"))
IMPRINT("X-ClientAddr", ADDRESS,
    N_("a filter names the address that it was given the mail from"))
IMPRINT("X-MS-Exchange-Organization-OriginalClientIPAddress", ADDRESS,
    N_("Exchange names the client's address"))
IMPRINT("X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp",
    ADDRESS, N_("Microsoft 365 names the address that connected to it"))
IMPRINT("X-Forefront-Antispam-Report", ADDRESS,
    N_("Microsoft's filter names the address that connected (CIP) and its "
       "country"))
IMPRINT("X-PHP-Originating-Script", SCRIPT,
    N_("PHP (mail.add_x_header) names the owner's uid and the file of the "
       "script that called mail()"))
IMPRINT("X-PHP-Script", SCRIPT,
    N_("a patched PHP names the script by its address on the web, and the "
       "visitor"))
IMPRINT("X-PHP-Filename", SCRIPT, N_("a hoster's PHP names the script"))
IMPRINT("X-Source", SCRIPT,
    N_("Exim of cPanel names the program that called sendmail"))
IMPRINT("X-Source-Args", SCRIPT,
    N_("Exim of cPanel names the command line that called sendmail"))
IMPRINT("X-Source-Dir", SCRIPT,
    N_("Exim of cPanel names the folder from which sendmail was called"))
IMPRINT("X-AuthUser", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Authenticated-Sender", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Authenticated-User", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Authenticated-ID", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Authenticated", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Auth-ID", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-SMTPAUTH", ACCOUNT,
    N_("the submitting server names the account that logged in"))
IMPRINT("X-Get-Message-Sender-Via", ACCOUNT,
    N_("Exim of cPanel says by which login, local user or script the mail "
       "came in"))
IMPRINT("X-Originating-Email", ACCOUNT,
    N_("a webmail names the account that was logged in"))
IMPRINT("X-Sender", ACCOUNT, N_("a webmail or mail program names the account"))
IMPRINT("X-AntiAbuse", ACCOUNT,
    N_("Exim of cPanel names the host, and the uid that called it"))
IMPRINT("X-Authentication-Warning", ACCOUNT,
    N_("Sendmail says that a local user set another sender"))
IMPRINT("X-Mailer", PROGRAM, N_("a mail program or script names itself"))
IMPRINT("User-Agent", PROGRAM, N_("a mail program names itself"))
IMPRINT("X-MimeOLE", PROGRAM, N_("a Microsoft mail program names itself"))
IMPRINT("X-Library", PROGRAM, N_("a mail library names itself"))
IMPRINT("X-Newsreader", PROGRAM, N_("a mail program names itself"))

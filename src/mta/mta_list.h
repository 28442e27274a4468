/* SPDX-License-Identifier: ISC */
/* Every program whose log we read, one per line. */
MTA(postfix)
MTA(dovecot)
MTA(mailscanner)
MTA(qmail)
MTA(sendmail)
MTA(exchange)
MTA(mailenable)
MTA(exim)
MTA(opensmtpd)

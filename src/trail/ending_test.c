/* SPDX-License-Identifier: ISC */
/*
 * Messages whose end no line tells, logins in lines of their own, local mail in
 * two halves: a log that Sendmail 8.17.1 wrote on a private server (notices
 * after seconds), read whole and cut at each place.
 */
#include "trail/test_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char log_lines[] =
    "Nov 26 05:57:46 mx1 sm-mta[89]: AUTH=server, relay=[198.51.100"
    ".7], authid=ana@tienda.example, mech=PLAIN, bits=0\n"
    "Nov 26 05:57:46 mx1 sm-mta[89]: 6AQ5vk3h000089: from=<ana@tien"
    "da.example>, size=79, class=0, nrcpts=3, msgid=<159f0f40df5d@p"
    "c>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:46 mx1 sm-mta[91]: 6AQ5vk3h000089: to=<y-2@gmail."
    "com>,<x-1@gmail.com>, delay=00:00:00, xdelay=00:00:00, mailer="
    "esmtp, pri=90079, relay=gmail-smtp-in.l.google.com. [203.0.113"
    ".26], dsn=2.0.0, stat=Sent (OK  1795672666 4df3f1aadc499c - gs"
    "mtp)\n"
    "Nov 26 05:57:46 mx1 sm-mta[89]: 6AQ5vk3i000089: from=<ana@tien"
    "da.example>, size=79, class=0, nrcpts=1, msgid=<1e9d47439ee2@p"
    "c>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:47 mx1 sm-mta[91]: 6AQ5vk3h000089: to=<z-3@gmx.de"
    ">, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=90079, r"
    "elay=mx00.emig.gmx.net. [203.0.113.4], dsn=2.0.0, stat=Sent (R"
    "equested mail action okay, completed: id=eb98fb7b217271)\n"
    "Nov 26 05:57:47 mx1 sm-mta[95]: 6AQ5vk3i000089: to=<q-9@firma-"
    "0001.example>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, "
    "pri=30079, relay=mx.firma-0001.example. [203.0.113.166], dsn=2"
    ".0.0, stat=Sent (Ok: queued as 4dDdPSkTmhcz1x)\n"
    "Nov 26 05:57:48 mx1 sm-mta[98]: AUTH=server, relay=host-198-51"
    "-100-8.pool5.isp.example [198.51.100.8], authid=ana@tienda.exa"
    "mple, mech=PLAIN, bits=0\n"
    "Nov 26 05:57:48 mx1 sm-mta[98]: 6AQ5vmZD000098: from=<otra@x.e"
    "xample>, size=75, class=0, nrcpts=1, msgid=<70a8cd3baf33@pc>, "
    "proto=ESMTPA, daemon=MTA-v4, relay=host-198-51-100-8.pool5.isp"
    ".example [198.51.100.8]\n"
    "Nov 26 05:57:48 mx1 sm-mta[100]: 6AQ5vmZD000098: to=<x-11@gmai"
    "l.com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=300"
    "75, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=2.0."
    "0, stat=Sent (OK  1795672668 5c52229a50b073 - gsmtp)\n"
    "Nov 26 05:57:48 mx1 sm-mta[103]: 6AQ5vm7G000103: AUTH failure "
    "(PLAIN): authentication failure (-13) SASL(-13): authenticatio"
    "n failure: Password verification failed, user=ana@tienda.examp"
    "le, relay=host-198-51-100-9.pool4.isp.example [198.51.100.9]\n"
    "Nov 26 05:57:48 mx1 sm-mta[103]: 6AQ5vm7G000103: AUTH failure "
    "(LOGIN): authentication failure (-13) SASL(-13): authenticatio"
    "n failure: checkpass failed, user=ana@tienda.example, relay=ho"
    "st-198-51-100-9.pool4.isp.example [198.51.100.9]\n"
    "Nov 26 05:57:48 mx1 sm-mta[107]: 6AQ5vmII000107: from=<bob@fir"
    "ma-0002.example>, size=83, class=0, nrcpts=2, msgid=<d6af9aa8a"
    "05d@pc>, proto=ESMTP, daemon=MTA-v4, relay=host-203-0-113-150."
    "pool1.isp.example [203.0.113.150]\n"
    "Nov 26 05:57:48 mx1 sm-mta[107]: 6AQ5vmIJ000107: from=<bob@fir"
    "ma-0002.example>, size=83, class=0, nrcpts=1, msgid=<14851ca6f"
    "71b@pc>, proto=ESMTP, daemon=MTA-v4, relay=host-203-0-113-150."
    "pool1.isp.example [203.0.113.150]\n"
    "Nov 26 05:57:49 mx1 sm-mta[108]: 6AQ5vmII000107: to=<luis@tien"
    "da.example>, delay=00:00:01, xdelay=00:00:00, mailer=local, pr"
    "i=60325, dsn=2.0.0, stat=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[109]: 6AQ5vmIJ000107: 6AQ5vnII00010"
    "9: clone: owner=marta\n"
    "Nov 26 05:57:49 mx1 sm-mta[108]: 6AQ5vmII000107: to=<marta@tie"
    "nda.example>, delay=00:00:01, xdelay=00:00:00, mailer=local, p"
    "ri=60325, dsn=2.0.0, stat=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[109]: 6AQ5vnII000109: to=luis, ctla"
    "ddr=marta (1005/1005), delay=00:00:01, xdelay=00:00:00, mailer"
    "=local, pri=90352, dsn=2.0.0, stat=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[107]: 6AQ5vmIN000107: from=<bob@fir"
    "ma-0002.example>, size=83, class=0, nrcpts=5, msgid=<2d7490ad3"
    "458@pc>, proto=ESMTP, daemon=MTA-v4, relay=host-203-0-113-150."
    "pool1.isp.example [203.0.113.150]\n"
    "Nov 26 05:57:49 mx1 sm-mta[109]: 6AQ5vnII000109: to=a-1@gmail."
    "com, ctladdr=marta (1005/1005), delay=00:00:01, xdelay=00:00:0"
    "0, mailer=esmtp, pri=90352, relay=gmail-smtp-in.l.google.com. "
    "[203.0.113.26], dsn=2.0.0, stat=Sent (OK  1795672669 16f527e38"
    "f766e - gsmtp)\n"
    "Nov 26 05:57:49 mx1 sm-mta[107]: 6AQ5vmIO000107: ruleset=check"
    "_rcpt, arg1=<x@elsewhere.example>, relay=host-203-0-113-150.po"
    "ol1.isp.example [203.0.113.150], reject=550 5.7.1 <x@elsewhere"
    ".example>... Relaying denied. Proper authentication required.\n"
    "Nov 26 05:57:49 mx1 sm-mta[107]: 6AQ5vmIO000107: from=<bob@fir"
    "ma-0002.example>, size=89, class=0, nrcpts=0, proto=ESMTP, dae"
    "mon=MTA-v4, relay=host-203-0-113-150.pool1.isp.example [203.0."
    "113.150]\n"
    "Nov 26 05:57:49 mx1 sm-mta[117]: 6AQ5vmIN000107: to=/dev/null,"
    " ctladdr=<nada@tienda.example> (8/0), delay=00:00:00, xdelay=0"
    "0:00:00, mailer=*file*, pri=120325, dsn=2.0.0, stat=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[109]: 6AQ5vnII000109: to=b-2@gmx.de"
    ", ctladdr=marta (1005/1005), delay=00:00:01, xdelay=00:00:00, "
    "mailer=esmtp, pri=90352, relay=mx00.emig.gmx.net. [203.0.113.4"
    "], dsn=2.0.0, stat=Sent (Requested mail action okay, completed"
    ": id=65ac0fc4ed64ae)\n"
    "Nov 26 05:57:49 mx1 sm-mta[117]: 6AQ5vmIN000107: to=\"|/bin/ca"
    "t >/dev/null\", ctladdr=<prog@tienda.example> (8/0), delay=00:"
    "00:00, xdelay=00:00:00, mailer=prog, pri=120325, dsn=2.0.0, st"
    "at=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[117]: 6AQ5vmIN000107: to=marta, del"
    "ay=00:00:00, xdelay=00:00:00, mailer=local, pri=120325, dsn=2."
    "0.0, stat=Sent\n"
    "Nov 26 05:57:49 mx1 sm-mta[117]: 6AQ5vmIN000107: to=c-3@gmail."
    "com, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=120325"
    ", relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=2.0.0,"
    " stat=Sent (OK  1795672669 db64de4721a1c5 - gsmtp)\n"
    "Nov 26 05:57:51 mx1 sm-mta[130]: AUTH=server, relay=[198.51.10"
    "0.7], authid=ana@tienda.example, mech=PLAIN, bits=0\n"
    "Nov 26 05:57:51 mx1 sm-mta[130]: 6AQ5vpOf000130: from=<ana@tie"
    "nda.example>, size=79, class=0, nrcpts=1, msgid=<711dcf27007c@"
    "pc>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:51 mx1 sm-mta[132]: 6AQ5vpOf000130: to=<u-1@gmail"
    ".com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=3007"
    "9, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=5.1.1"
    ", reply=550-5.1.1 The email account that you tried to reach do"
    "es not exist. Please try, stat=User unknown\n"
    "Nov 26 05:57:51 mx1 sm-mta[132]: 6AQ5vpOf000130: to=<ana@tiend"
    "a.example>, delay=00:00:00, mailer=local, pri=30079, dsn=5.1.1"
    ", reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:57:51 mx1 sm-mta[132]: 6AQ5vpOf000130: 6AQ5vpOe00013"
    "2: postmaster notify: User unknown\n"
    "Nov 26 05:57:51 mx1 sm-mta[130]: 6AQ5vpOg000130: from=<ana@tie"
    "nda.example>, size=79, class=0, nrcpts=1, msgid=<f2d0a6747b20@"
    "pc>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:51 mx1 sm-mta[132]: 6AQ5vpOe000132: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31103, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:57:51 mx1 sm-mta[130]: 6AQ5vpOh000130: from=<ana@tie"
    "nda.example>, size=79, class=0, nrcpts=3, msgid=<d12ece0bb940@"
    "pc>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:51 mx1 sm-mta[136]: 6AQ5vpOg000130: to=<s-1@gmail"
    ".com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=3007"
    "9, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=5.7.1"
    ", reply=550 5.7.1 [192.0.2.25      12] Gmail has detected that"
    " this message is, stat=Service unavailable\n"
    "Nov 26 05:57:51 mx1 sm-mta[136]: 6AQ5vpOg000130: to=<ana@tiend"
    "a.example>, delay=00:00:00, mailer=local, pri=30079, dsn=5.1.1"
    ", reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:57:51 mx1 sm-mta[136]: 6AQ5vpOg000130: 6AQ5vpOe00013"
    "6: postmaster notify: User unknown\n"
    "Nov 26 05:57:51 mx1 sm-mta[136]: 6AQ5vpOe000136: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31103, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:57:51 mx1 sm-mta[140]: 6AQ5vpOh000130: to=<g-1@firma"
    "-0001.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp,"
    " pri=90079, relay=mx.firma-0001.example. [203.0.113.166], dsn="
    "4.2.0, reply=450 4.2.0 <g-1@firma-0001.example>: Recipient add"
    "ress rejected: Greylisted, see http://postgrey.schweikert.ch/h"
    "elp/firma-0001.example.html, stat=Deferred: 450 4.2.0 <g-1@fir"
    "ma-0001.example>: Recipient address rejected: Greylisted, see "
    "http://postgrey.schweikert.ch/help/firma-0001.example.html\n"
    "Nov 26 05:57:51 mx1 sm-mta[140]: 6AQ5vpOh000130: to=<r-1@gmx.d"
    "e>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90079, "
    "relay=mx00.emig.gmx.net. [203.0.113.4], dsn=4.2.0, reply=450-R"
    "equested mail action not taken: mailbox unavailable, stat=Defe"
    "rred: 450-Requested mail action not taken: mailbox unavailable\n"
    "Nov 26 05:57:51 mx1 sm-mta[140]: 6AQ5vpOh000130: to=<f-1@hotma"
    "il.com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90"
    "079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113."
    "33], dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is ful"
    "l, stat=Deferred: 452 4.2.2 The recipient's mailbox is full\n"
    "Nov 26 05:57:51 mx1 sm-mta[130]: 6AQ5vpOi000130: from=<ana@tie"
    "nda.example>, size=79, class=0, nrcpts=6, msgid=<b48418764f08@"
    "pc>, proto=ESMTPSA, daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:51 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<a@dead-01"
    ".example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri="
    "180079, relay=mx.dead-01.example. [203.0.113.250], dsn=4.4.2, "
    "stat=Deferred: Connection reset by mx.dead-01.example.\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<u-3@firma"
    "-0001.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp,"
    " pri=180079, relay=mx.firma-0001.example. [203.0.113.166], dsn"
    "=5.1.1, reply=550 5.1.1 <u-3@firma-0001.example>: Recipient ad"
    "dress rejected: User unknown in virtual mailbox table, stat=Us"
    "er unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[130]: 6AQ5vpOj000130: from=<>, size"
    "=61, class=0, nrcpts=1, msgid=<740233f097a5@pc>, proto=ESMTPSA"
    ", daemon=MSP-v4, relay=[198.51.100.7]\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<ok-4@firm"
    "a-0001.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp"
    ", pri=180079, relay=mx.firma-0001.example. [203.0.113.166], ds"
    "n=2.0.0, stat=Sent (Ok: queued as 4KjYkTLnnpXz1x)\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<a@gone-02"
    ".example>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri="
    "180079, relay=gone-02.example, dsn=5.1.2, stat=Host unknown (N"
    "ame server: gone-02.example: host not found)\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<u-2@hotma"
    "il.com>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=18"
    "0079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113"
    ".33], dsn=5.5.0, reply=550 5.5.0 Requested action not taken: m"
    "ailbox unavailable (S2017062302). [d7cc53ccf534c5 2026-11-26T0"
    "5:57:52], stat=User unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<ok-2@hotm"
    "ail.com>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=1"
    "80079, relay=hotmail-com.olc.protection.outlook.com. [203.0.11"
    "3.33], dsn=2.6.0, stat=Sent (<c397fc096306fe@mx1> [InternalId="
    "179567267200112] 8721 bytes in 0.131, 64.932 KB/sec Queued mai"
    "l for delivery -> 250 2.1.5)\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: to=<ana@tiend"
    "a.example>, delay=00:00:01, mailer=local, pri=180079, dsn=5.1."
    "1, reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vpOi000130: 6AQ5vqOe00014"
    "5: postmaster notify: User unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[149]: 6AQ5vpOj000130: to=<u-1@gmail"
    ".com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=3006"
    "1, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=5.1.1"
    ", reply=550-5.1.1 The email account that you tried to reach do"
    "es not exist. Please try, stat=User unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[149]: 6AQ5vpOj000130: 6AQ5vqOe00014"
    "9: postmaster notify: User unknown\n"
    "Nov 26 05:57:52 mx1 sm-mta[145]: 6AQ5vqOe000145: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31103, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:57:53 mx1 sm-mta[159]: 6AQ5vpOh000130: to=<f-1@hotma"
    "il.com>, delay=00:00:02, xdelay=00:00:00, mailer=esmtp, pri=18"
    "0079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113"
    ".33], dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is fu"
    "ll, stat=Deferred: 452 4.2.2 The recipient's mailbox is full\n"
    "Nov 26 05:57:53 mx1 sendmail[160]: 6AQ5vrrt000160: from=luis, "
    "size=27, class=0, nrcpts=3, msgid=<202611260557.6AQ5vrrt000160"
    "@mx1.tienda.example>, relay=luis@localhost\n"
    "Nov 26 05:57:53 mx1 sm-mta[159]: 6AQ5vpOh000130: to=<g-1@firma"
    "-0001.example>, delay=00:00:02, xdelay=00:00:00, mailer=esmtp,"
    " pri=180079, relay=mx.firma-0001.example. [203.0.113.166], dsn"
    "=2.0.0, stat=Sent (Ok: queued as 4nhQDJnRQnNz1x)\n"
    "Nov 26 05:57:53 mx1 sm-mta[159]: 6AQ5vpOh000130: to=<r-1@gmx.d"
    "e>, delay=00:00:02, xdelay=00:00:00, mailer=esmtp, pri=180079,"
    " relay=mx00.emig.gmx.net. [203.0.113.4], dsn=4.2.0, reply=450-"
    "Requested mail action not taken: mailbox unavailable, stat=Def"
    "erred: 450-Requested mail action not taken: mailbox unavailabl"
    "e\n"
    "Nov 26 05:57:53 mx1 sm-mta[159]: 6AQ5vpOi000130: to=<a@dead-01"
    ".example>, delay=00:00:02, xdelay=00:00:00, mailer=esmtp, pri="
    "270079, relay=mx.dead-01.example. [203.0.113.250], dsn=4.4.2, "
    "stat=Deferred: Connection reset by mx.dead-01.example.\n"
    "Nov 26 05:57:54 mx1 sm-mta[163]: 6AQ5vrQ6000163: from=<luis@mx"
    "1.tienda.example>, size=275, class=0, nrcpts=3, msgid=<2026112"
    "60557.6AQ5vrrt000160@mx1.tienda.example>, proto=ESMTPS, daemon"
    "=MTA-v4, relay=localhost [127.0.0.1]\n"
    "Nov 26 05:57:54 mx1 sendmail[160]: 6AQ5vrrt000160: to=marta,y-"
    "20@gmail.com,x-20@gmail.com, ctladdr=luis (1004/1004), delay=0"
    "0:00:01, xdelay=00:00:01, mailer=relay, pri=90027, relay=[127."
    "0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AQ5vrQ6000163 Messa"
    "ge accepted for delivery)\n"
    "Nov 26 05:57:54 mx1 sm-mta[166]: 6AQ5vrQ6000163: to=<marta@mx1"
    ".tienda.example>, ctladdr=<luis@mx1.tienda.example> (1004/1004"
    "), delay=00:00:00, xdelay=00:00:00, mailer=local, pri=90534, d"
    "sn=2.0.0, stat=Sent\n"
    "Nov 26 05:57:54 mx1 sm-mta[166]: 6AQ5vrQ6000163: to=<x-20@gmai"
    "l.com>,<y-20@gmail.com>, ctladdr=<luis@mx1.tienda.example> (10"
    "04/1004), delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=9"
    "0534, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=2."
    "0.0, stat=Sent (OK  1795672674 9ecb8d9ae8701e - gsmtp)\n"
    "Nov 26 05:57:55 mx1 sendmail[174]: 6AQ5vtPo000174: from=shop@t"
    "ienda.example, size=27, class=0, nrcpts=1, msgid=<202611260557"
    ".6AQ5vtPo000174@mx1.tienda.example>, relay=www-data@localhost\n"
    "Nov 26 05:57:55 mx1 sm-mta[175]: 6AQ5vtC3000175: from=<shop@ti"
    "enda.example>, size=396, class=0, nrcpts=1, msgid=<20261126055"
    "7.6AQ5vtPo000174@mx1.tienda.example>, proto=ESMTPS, daemon=MTA"
    "-v4, relay=localhost [127.0.0.1]\n"
    "Nov 26 05:57:55 mx1 sendmail[174]: 6AQ5vtPo000174: to=x-22@gma"
    "il.com, ctladdr=shop@tienda.example (33/33), delay=00:00:00, x"
    "delay=00:00:00, mailer=relay, pri=30027, relay=[127.0.0.1] [12"
    "7.0.0.1], dsn=2.0.0, stat=Sent (6AQ5vtC3000175 Message accepte"
    "d for delivery)\n"
    "Nov 26 05:57:55 mx1 sm-mta[177]: 6AQ5vtC3000175: to=<x-22@gmai"
    "l.com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=303"
    "96, relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=2.0."
    "0, stat=Sent (OK  1795672675 5c9e49373fa61e - gsmtp)\n"
    "Nov 26 05:57:55 mx1 sendmail[179]: 6AQ5vt8l000179: from=www-da"
    "ta, size=27, class=0, nrcpts=1, msgid=<202611260557.6AQ5vt8l00"
    "0179@mx1.tienda.example>, relay=www-data@localhost\n"
    "Nov 26 05:57:56 mx1 sm-mta[180]: 6AQ5vtFp000180: from=<www-dat"
    "a@mx1.tienda.example>, size=297, class=0, nrcpts=1, msgid=<202"
    "611260557.6AQ5vt8l000179@mx1.tienda.example>, proto=ESMTPS, da"
    "emon=MTA-v4, relay=localhost [127.0.0.1]\n"
    "Nov 26 05:57:56 mx1 sendmail[179]: 6AQ5vt8l000179: to=u-1@gmai"
    "l.com, ctladdr=www-data (33/33), delay=00:00:01, xdelay=00:00:"
    "01, mailer=relay, pri=30027, relay=[127.0.0.1] [127.0.0.1], ds"
    "n=2.0.0, stat=Sent (6AQ5vtFp000180 Message accepted for delive"
    "ry)\n"
    "Nov 26 05:57:56 mx1 sm-mta[182]: 6AQ5vtFp000180: to=<u-1@gmail"
    ".com>, ctladdr=<www-data@mx1.tienda.example> (33/33), delay=00"
    ":00:00, xdelay=00:00:00, mailer=esmtp, pri=30297, relay=gmail-"
    "smtp-in.l.google.com. [203.0.113.26], dsn=5.1.1, reply=550-5.1"
    ".1 The email account that you tried to reach does not exist. P"
    "lease try, stat=User unknown\n"
    "Nov 26 05:57:56 mx1 sm-mta[182]: 6AQ5vtFp000180: 6AQ5vuFo00018"
    "2: DSN: User unknown\n"
    "Nov 26 05:57:56 mx1 sm-mta[182]: 6AQ5vuFo000182: to=<www-data@"
    "mx1.tienda.example>, delay=00:00:00, xdelay=00:00:00, mailer=l"
    "ocal, pri=31321, dsn=2.0.0, stat=Sent\n"
    "Nov 26 05:58:00 mx1 sm-mta[149]: 6AQ5vqOe000149: to=luis, dela"
    "y=00:00:08, xdelay=00:00:08, mailer=local, pri=31085, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOh000130: to=<f-1@hotma"
    "il.com>, delay=00:00:10, xdelay=00:00:00, mailer=esmtp, pri=27"
    "0079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113"
    ".33], dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is fu"
    "ll, stat=Deferred: 452 4.2.2 The recipient's mailbox is full\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOh000130: to=<r-1@gmx.d"
    "e>, delay=00:00:10, xdelay=00:00:00, mailer=esmtp, pri=270079,"
    " relay=mx00.emig.gmx.net. [203.0.113.4], dsn=2.0.0, stat=Sent "
    "(Requested mail action okay, completed: id=6e9a22f76015ad)\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOh000130: to=<ana@tiend"
    "a.example>, delay=00:00:10, mailer=local, pri=270079, dsn=5.1."
    "1, reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOh000130: 6AQ5w1ue00018"
    "9: sender notify: User unknown\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5w1ue000189: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31401, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOi000130: to=<a@dead-01"
    ".example>, delay=00:00:10, xdelay=00:00:00, mailer=esmtp, pri="
    "360079, relay=mx.dead-01.example. [203.0.113.250], dsn=4.4.2, "
    "stat=Deferred: Connection reset by mx.dead-01.example.\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOi000130: to=<ana@tiend"
    "a.example>, delay=00:00:10, mailer=local, pri=360079, dsn=5.1."
    "1, reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5vpOi000130: 6AQ5w1uf00018"
    "9: sender notify: User unknown\n"
    "Nov 26 05:58:01 mx1 sm-mta[189]: 6AQ5w1uf000189: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31401, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:58:09 mx1 sm-mta[195]: 6AQ5vpOh000130: to=<f-1@hotma"
    "il.com>, delay=00:00:18, xdelay=00:00:00, mailer=esmtp, pri=36"
    "0079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113"
    ".33], dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is fu"
    "ll, stat=Deferred: 452 4.2.2 The recipient's mailbox is full\n"
    "Nov 26 05:58:09 mx1 sm-mta[195]: 6AQ5vpOi000130: to=<a@dead-01"
    ".example>, delay=00:00:18, xdelay=00:00:00, mailer=esmtp, pri="
    "450079, relay=mx.dead-01.example. [203.0.113.250], dsn=4.4.2, "
    "stat=Deferred: Connection reset by mx.dead-01.example.\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOh000130: to=<f-1@hotma"
    "il.com>, delay=00:00:26, xdelay=00:00:00, mailer=esmtp, pri=45"
    "0079, relay=hotmail-com.olc.protection.outlook.com. [203.0.113"
    ".33], dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is fu"
    "ll, stat=Deferred: 452 4.2.2 The recipient's mailbox is full\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOh000130: to=<ana@tiend"
    "a.example>, delay=00:00:26, mailer=local, pri=450079, dsn=5.1."
    "1, reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOh000130: 6AQ5wHue00019"
    "8: sender notify: Cannot send message for 25 seconds\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5wHue000198: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31401, dsn=2.0."
    "0, stat=Sent\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOi000130: to=<a@dead-01"
    ".example>, delay=00:00:26, xdelay=00:00:00, mailer=esmtp, pri="
    "540079, relay=mx.dead-01.example. [203.0.113.250], dsn=4.4.2, "
    "stat=Deferred: Connection reset by mx.dead-01.example.\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOi000130: to=<ana@tiend"
    "a.example>, delay=00:00:26, mailer=local, pri=540079, dsn=5.1."
    "1, reply=550 5.1.1 User unknown, stat=User unknown\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5vpOi000130: 6AQ5wHuf00019"
    "8: sender notify: Cannot send message for 25 seconds\n"
    "Nov 26 05:58:17 mx1 sm-mta[198]: 6AQ5wHuf000198: to=luis, dela"
    "y=00:00:00, xdelay=00:00:00, mailer=local, pri=31401, dsn=2.0."
    "0, stat=Sent\n";

static struct str
read_cut(struct arena *a, const struct story *s, const size_t *cut)
{
	struct join *join = story_join(s, NULL, cut, cut == NULL ? 0 : 1);
	struct str dump = story_dump(a, &join->tally);

	join_free(join);
	return dump;
}

static void
test_counts(void **state)
{
	/* messages, recipients, accepted, bounced, ... */
	static const char *const wanted[] = {
	    /* by two addresses; one notice found no sender */
	    "account 'ana@tienda.example' messages=8 recipients=17 accepted=9 "
	    "bounced=8 deferred=0 queued=0 unknown=4",
	    "account 'ana@tienda.example' ip 198.51.100.8 messages=1 ",
	    /* both halves are one message */
	    "local-user 'luis' messages=1 recipients=3 accepted=3 bounced=0 "
	    "deferred=0 queued=0",
	    "script 'www-data' messages=2 recipients=2 accepted=1 bounced=1 "
	    "deferred=0 queued=0",
	    /* a list's owner; an alias that ends in the same mailbox as another
	     * recipient, so that its message waits for its last one */
	    "forward 'marta' messages=1 recipients=3 accepted=3 ",
	    "forward 'c-3@gmail.com' messages=1 recipients=5 accepted=4 "
	    "bounced=0 deferred=0 queued=1",
	    "inbound messages=1 recipients=2 accepted=2 ",
	    "system 'bounces' messages=9 recipients=9 accepted=9 ",
	    "doors rejected=1 relay=1 web=2 ",
	};
	struct story s = {0};
	struct arena a = {0};
	struct str dump;

	(void)state;
	story_read(&s, str_z(log_lines));
	dump = read_cut(&a, &s, NULL);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (!str_has(dump, str_z(wanted[i])))
			fail_msg("'%s' is not in\n" STR_FMT, wanted[i],
			    STR_ARG(dump));
	arena_done(&a);
	story_done(&s);
}

static void
test_cuts(void **state)
{
	struct story s = {0};
	struct arena a = {0};
	struct str whole;

	(void)state;
	story_read(&s, str_z(log_lines));
	whole = read_cut(&a, &s, NULL);
	for (size_t cut = 0; cut <= s.n; cut++) {
		struct arena b = {0};
		struct str dump = read_cut(&b, &s, &cut);

		while (dump.n > 0) {
			struct str line = str_take(&dump, '\n');

			if (!str_has(whole, line))
				fail_msg("cut at event %zu: '" STR_FMT
					 "' is not in\n" STR_FMT,
				    cut, STR_ARG(line), STR_ARG(whole));
		}
		arena_done(&b);
	}
	arena_done(&a);
	story_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_counts),
	    cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

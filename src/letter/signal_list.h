/* SPDX-License-Identifier: ISC */
/*
 * What speaks for or against a returned original being ours:
 * SIGNAL(NAME, name, weight, proof, sentence). weight: natural logarithm of a
 * likelihood ratio; above 0: ours.
 */
SIGNAL(QUEUE_ID, "queue-id", 10, true,
    N_("it passed this server: its queue id is in the log"))
SIGNAL(MESSAGE_ID, "message-id", 4, false, N_("its Message-ID is in the log"))
SIGNAL(COPIED, "copied", -11, false,
    N_("by the log the message with that queue id went to others only: its "
       "lines may be copied"))
SIGNAL(COPIED_OFTEN, "copied-often", -6, false,
    N_("networks that have nothing to do with it brought many with that queue "
       "id"))
SIGNAL(OWN_IP, "own-ip", 5, false, N_("it came from one of our addresses"))
SIGNAL(OWN_NAME, "own-name", 3, false,
    N_("it came from a host whose name in the DNS is ours"))
SIGNAL(OWN_REPORTER, "own-reporter", 4, false,
    N_("our own server gave it up and made the bounce"))
SIGNAL(FROM_OUTSIDE, "from-outside", -16, true,
    N_("our server took it from outside, for a recipient of ours that it could "
       "not deliver to: it should have refused it"))
SIGNAL(SPF_NAMES, "spf-names", 3.5, false,
    N_("the SPF record of the domain lets the address send that it came from"))
SIGNAL(AUTH_PASS, "auth-pass", 3, false,
    N_("the receiver found SPF, DKIM or DMARC of our domain good"))
SIGNAL(DKIM_GOOD, "dkim-good", 7, false,
    N_("a DKIM signature of our domain verifies over its header: it was signed "
       "with our key"))
SIGNAL(TAG, "tag", 1.5, false,
    N_("the bounce came to an address with our tag (BATV, SRS)"))
SIGNAL(FOREIGN_IP, "foreign-ip", -4, false,
    N_("it came from an address that is not ours"))
SIGNAL(STRANGE_IP, "strange-ip", -1, false,
    N_("it came from an address that is not known as ours"))
SIGNAL(NO_QUEUE_ID, "no-queue-id", -5, true,
    N_("it names our host, with a queue id that is not in the log"))
SIGNAL(NO_MESSAGE_ID, "no-message-id", -3, false,
    N_("its Message-ID is not in the log"))
SIGNAL(SPF_FAIL, "spf-fail", -3, false,
    N_("the receiver found that it failed SPF"))
SIGNAL(SPF_SOFT, "spf-softfail", -1.5, false,
    N_("the receiver found an SPF softfail"))
SIGNAL(SPF_OTHERS, "spf-others", -2, false,
    N_("the SPF record of the domain does not name the address that it came "
       "from"))
SIGNAL(DMARC_FAIL, "dmarc-fail", -2.5, false,
    N_("the receiver found that it failed DMARC"))
SIGNAL(DKIM_FAIL, "dkim-fail", -1, false,
    N_("the receiver found no good DKIM signature"))
SIGNAL(DKIM_BAD, "dkim-bad", -2, false,
    N_("a DKIM signature in our name does not verify over its header"))
SIGNAL(DKIM_NO_KEY, "dkim-no-key", -2, false,
    N_("a DKIM signature in our name is of a key that our DNS does not have"))
SIGNAL(DKIM_REPLAY, "dkim-replay", -4, false,
    N_("we signed it for somebody else: strangers may have sent it again, with "
       "our signature"))
SIGNAL(BARE_HELO, "bare-helo", -2, false,
    N_("the client called itself by our bare domain"))
SIGNAL(MANY_NETWORKS, "many-networks", -2, false,
    N_("mails like it came from many networks at once"))
SIGNAL(FAKE_REPORT, "fake-report", -3, false,
    N_("the bounce claims to be of our server, but came from elsewhere"))
SIGNAL(UNCOVERED, "uncovered", 0, false,
    N_("the log does not cover the time when it was sent"))
SIGNAL(CUT, "cut", 0, false, N_("its header came back incomplete"))

/* SPDX-License-Identifier: ISC */
/*
 * What can be wrong in the DNS of who sends mail: WEAKNESS(ID, code, level,
 * why it matters). Level: BROKEN mail is refused or lost today; WEAK some
 * receivers refuse, or the domain is open to abuse; HINT could be better.
 */
/* ---- an address that mail leaves from ---- */
WEAKNESS(PTR_NONE, "ptr-none", BROKEN,
    N_("Gmail, Microsoft, Yahoo and most others refuse mail from addresses "
       "without a reverse name."))
WEAKNESS(PTR_NOT_BACK, "ptr-not-back", BROKEN,
    N_("A reverse name that does not lead back to the address counts as "
       "none: anybody could have written it."))
WEAKNESS(PTR_GENERIC, "ptr-generic", WEAK,
    N_("Names made of the address look like a home connection; T-Online, "
       "GMX, mail.ru and several block lists refuse them."))
WEAKNESS(PTR_MANY, "ptr-many", HINT,
    N_("Receivers look at one of them, and chance decides which."))
/* ---- HELO ---- */
WEAKNESS(HELO_INVALID, "helo-invalid", BROKEN,
    N_("Receivers refuse or punish servers that greet with no complete name "
       "of their own (RFC 5321 4.1.1.1)."))
WEAKNESS(HELO_NO_ADDRESS, "helo-no-address", BROKEN,
    N_("Many receivers refuse a greeting with a name that does not exist."))
WEAKNESS(HELO_OTHER_ADDRESS, "helo-other-address", WEAK,
    N_("A greeting with the name of another machine looks forged; block "
       "lists such as Spamhaus CSS list servers for it."))
WEAKNESS(HELO_NOT_PTR, "helo-not-ptr", HINT,
    N_("Best is one name for all three: greeting, reverse name and "
       "address."))
WEAKNESS(HELO_SPF_FAILS, "helo-spf-fails", BROKEN,
    N_("Bounces and notices have an empty sender: then SPF is asked for the "
       "name of the greeting (RFC 7208 2.4)."))
WEAKNESS(HELO_NO_SPF, "helo-no-spf", HINT,
    N_("Bounces and notices have an empty sender: then SPF is asked for the "
       "name of the greeting (RFC 7208 2.4)."))
/* ---- a domain as a sender ---- */
WEAKNESS(DOMAIN_GONE, "domain-gone", BROKEN,
    N_("Mail from a domain that does not exist is refused."))
WEAKNESS(DOMAIN_NO_MAIL, "domain-no-mail", BROKEN,
    N_("Bounces and answers could go nowhere; receivers refuse such "
       "senders."))
WEAKNESS(DNSSEC_BOGUS, "dnssec-bogus", BROKEN,
    N_("Receivers that check signatures get no answer at all: they put mail "
       "off or refuse it, and mail to the domain does not arrive."))
/* ---- SPF (RFC 7208) ---- */
WEAKNESS(SPF_NONE, "spf-none", WEAK,
    N_("Without it anybody may use the domain as a sender, and Gmail and "
       "Yahoo refuse what has neither SPF nor DKIM."))
WEAKNESS(SPF_PARKED, "spf-parked", WEAK,
    N_("A domain that sends no mail is forged all the same, unless it says "
       "so."))
WEAKNESS(SPF_TWO, "spf-two", BROKEN,
    N_("Two records are an error, and receivers act as if there were none, "
       "or refuse (RFC 7208 4.5)."))
WEAKNESS(SPF_ALMOST, "spf-almost", BROKEN,
    N_("It must begin with v=spf1 and a blank, exactly; else nobody sees "
       "it."))
WEAKNESS(
    SPF_WRONG_PLACE, "spf-wrong-place", WEAK, N_("There nobody looks for it."))
WEAKNESS(SPF_SYNTAX, "spf-syntax", BROKEN,
    N_("One wrong word makes the whole record an error (RFC 7208 4.6)."))
WEAKNESS(SPF_LOOKUPS, "spf-lookups", BROKEN,
    N_("Receivers stop after 10 lookups with an error: then mail passes or "
       "fails by chance (RFC 7208 4.6.4)."))
WEAKNESS(SPF_LOOKUPS_NEAR, "spf-lookups-near", HINT,
    N_("At 10 it ends, and a service that is included may add some without "
       "telling."))
WEAKNESS(SPF_VOIDS, "spf-voids", BROKEN,
    N_("Receivers stop with an error when more than 2 lookups lead nowhere "
       "(RFC 7208 4.6.4)."))
WEAKNESS(SPF_VOID_TERM, "spf-void-term", HINT,
    N_("It costs a lookup and lets nobody send."))
WEAKNESS(SPF_LOOP, "spf-loop", BROKEN,
    N_("Receivers stop after 10 lookups with an error (RFC 7208 4.6.4)."))
WEAKNESS(SPF_INCLUDE_NONE, "spf-include-none", BROKEN,
    N_("A record that leads to none is an error (RFC 7208 5.2, 6.1)."))
WEAKNESS(SPF_INCLUDE_TWICE, "spf-include-twice", HINT,
    N_("The second costs lookups and changes nothing."))
WEAKNESS(SPF_MX_NAMES, "spf-mx-names", BROKEN,
    N_("More than 10 names behind one mx are an error (RFC 7208 4.6.4)."))
WEAKNESS(SPF_PLUS_ALL, "spf-plus-all", BROKEN,
    N_("Everybody in the world may send as this domain; receivers take it "
       "for a mark of spammers."))
WEAKNESS(SPF_NEUTRAL_ALL, "spf-neutral-all", WEAK,
    N_("?all is as good as no record: forged mail is not told from your "
       "own."))
WEAKNESS(SPF_NO_ALL, "spf-no-all", WEAK,
    N_("Without all at its end it does not say what becomes of forged "
       "mail."))
WEAKNESS(SPF_AFTER_ALL, "spf-after-all", WEAK,
    N_("What is behind all is never looked at."))
WEAKNESS(SPF_REDIRECT_UNUSED, "spf-redirect-unused", WEAK,
    N_("With all in the record redirect is never looked at (RFC 7208 "
       "6.1)."))
WEAKNESS(SPF_EQUALS, "spf-equals", BROKEN,
    N_("With = it is taken for something unknown and passed over; it needs "
       "a colon."))
WEAKNESS(SPF_PTR, "spf-ptr", WEAK,
    N_("It is slow and unreliable, some receivers pass it over, and RFC "
       "7208 5.5 forbids new ones."))
WEAKNESS(SPF_WIDE, "spf-wide", WEAK,
    N_("It lets strangers in the same networks send; Gmail refuses senders "
       "with suspicious entries (5.7.24)."))
WEAKNESS(SPF_PRIVATE, "spf-private", HINT,
    N_("Receivers never see a private address."))
WEAKNESS(SPF_LONG, "spf-long", WEAK,
    N_("Answers above 512 bytes do not get through everywhere; keep all TXT "
       "records of the name below 450 (RFC 7208 3.4)."))
WEAKNESS(SPF_TYPE99, "spf-type99", HINT,
    N_("Records of type SPF are abolished: nobody reads them (RFC 7208 "
       "3.1)."))
WEAKNESS(SPF_SENDER_ID, "spf-sender-id", HINT,
    N_("Sender ID is dead: nobody reads it."))
WEAKNESS(SPF_CDN, "spf-cdn", WEAK,
    N_("It is the address of a web proxy: your mail never comes from "
       "there, and other customers' may."))
WEAKNESS(SPF_SOURCE_FAILS, "spf-source-fails", BROKEN,
    N_("Mail that this address sends for the domain is refused or taken for "
       "spam."))
WEAKNESS(SPF_SOURCE_OPEN, "spf-source-open", WEAK,
    N_("For Gmail, Yahoo and Microsoft only pass counts."))
WEAKNESS(SPF_RELAY_MISSING, "spf-relay-missing", BROKEN,
    N_("Receivers see the addresses of the relay, not your own: mail that it "
       "passes on fails."))
WEAKNESS(SPF_RELAY_FAILS, "spf-relay-fails", WEAK,
    N_("Receivers see the addresses of the relay, not your own; those that "
       "it sends from may be others than the ones that its name has."))
WEAKNESS(SPF_SERVICE_MISSING, "spf-service-missing", WEAK,
    N_("Who takes the domain's mail there sends from there, too: that mail "
       "fails."))
/* ---- DKIM (RFC 6376, 8301, 8463) ---- */
WEAKNESS(DKIM_NONE, "dkim-none", WEAK,
    N_("Gmail, Yahoo and Microsoft demand DKIM of who sends much; forwarded "
       "mail has nothing else."))
WEAKNESS(DKIM_MISSING, "dkim-missing", BROKEN,
    N_("Mail is signed with a key that nobody can look up: every signature "
       "fails."))
WEAKNESS(DKIM_REVOKED, "dkim-revoked", BROKEN,
    N_("An empty p= says that the key is withdrawn: every signature "
       "fails."))
WEAKNESS(DKIM_SYNTAX, "dkim-syntax", BROKEN,
    N_("Receivers cannot read the key: every signature fails."))
WEAKNESS(DKIM_TWO, "dkim-two", BROKEN,
    N_("One name can have one key; which one counts is left to chance (RFC "
       "6376 3.6.2.2)."))
WEAKNESS(DKIM_SHORT, "dkim-short", BROKEN,
    N_("Keys below 1024 bits count as no signature (RFC 8301)."))
WEAKNESS(DKIM_1024, "dkim-1024", HINT,
    N_("2048 bits are the rule today (RFC 8301)."))
WEAKNESS(DKIM_TEST, "dkim-test", WEAK,
    N_("t=y says that it is a test: receivers may treat the mail as "
       "unsigned."))
WEAKNESS(DKIM_SHA1, "dkim-sha1", BROKEN,
    N_("Signatures with SHA-1 must not be accepted any more (RFC 8301)."))
WEAKNESS(DKIM_SERVICE, "dkim-service", BROKEN,
    N_("s= must have email or *; else the key is not for mail."))
WEAKNESS(DKIM_OTHER_KEY, "dkim-other-key", BROKEN,
    N_("What is signed with one key and looked up under another fails: every "
       "signature of this server is worth nothing, and DMARC may refuse the "
       "mail."))
WEAKNESS(DKIM_OTHER_LEFT, "dkim-other-left", HINT,
    N_("If that signer still runs, what it signs fails; if not, its "
       "configuration is better taken away."))
WEAKNESS(DKIM_NO_PRIVATE, "dkim-no-private", BROKEN,
    N_("Without its private key the signer signs nothing, or does not take "
       "mail at all."))
WEAKNESS(DKIM_PRIVATE_OPEN, "dkim-private-open", WEAK,
    N_("Who reads it can sign as the domain anywhere in the world, and "
       "OpenDKIM refuses such a file."))
WEAKNESS(DKIM_ED25519_ALONE, "dkim-ed25519-alone", WEAK,
    N_("Several large receivers cannot verify Ed25519; sign with RSA, "
       "too."))
/* ---- DMARC (RFC 9989, before it 7489) ---- */
WEAKNESS(DMARC_NONE, "dmarc-none", WEAK,
    N_("Gmail, Yahoo and Microsoft demand it of who sends much, and without "
       "it nobody tells you who uses the domain."))
WEAKNESS(
    DMARC_TWO, "dmarc-two", BROKEN, N_("More than one record counts as none."))
WEAKNESS(DMARC_SYNTAX, "dmarc-syntax", BROKEN,
    N_("A record that cannot be read counts as none."))
WEAKNESS(DMARC_NO_POLICY, "dmarc-no-policy", WEAK,
    N_("Without a valid p= it counts as p=none at best, and only when it has "
       "a rua=."))
WEAKNESS(DMARC_P_NONE, "dmarc-p-none", HINT,
    N_("p=none only watches: after some weeks of reports, quarantine and "
       "then reject protect the domain."))
WEAKNESS(DMARC_TEST, "dmarc-test", HINT,
    N_("With t=y receivers apply one step less than p= says."))
WEAKNESS(DMARC_REMOVED, "dmarc-removed", HINT,
    N_("RFC 9989 has abolished pct, rf and ri; t=y takes the place of "
       "pct=0."))
WEAKNESS(DMARC_BAD_TAG, "dmarc-bad-tag", WEAK,
    N_("Receivers pass over a tag with a value that does not exist."))
WEAKNESS(DMARC_NO_RUA, "dmarc-no-rua", HINT,
    N_("Without rua= no receiver reports who sends as the domain."))
WEAKNESS(DMARC_RUA_BAD, "dmarc-rua-bad", WEAK,
    N_("Reports go to addresses of the form mailto:user@domain only."))
WEAKNESS(DMARC_RUA_UNAUTHORISED, "dmarc-rua-unauthorised", WEAK,
    N_("Reports to another domain are sent only when that domain agrees."))
WEAKNESS(DMARC_RUA_NO_MAIL, "dmarc-rua-no-mail", WEAK,
    N_("That domain takes no mail, so no report arrives."))
WEAKNESS(DMARC_MANY_URIS, "dmarc-many-uris", HINT,
    N_("Receivers need not serve more than two."))
WEAKNESS(DMARC_SUB_WEAKER, "dmarc-sub-weaker", HINT,
    N_("Who cannot forge the domain forges its subdomains."))
WEAKNESS(DMARC_OLD_RECEIVERS, "dmarc-old-receivers", HINT,
    N_("Receivers that still follow RFC 7489 look at the domain and at its "
       "organisational domain only."))
WEAKNESS(DMARC_STRAY, "dmarc-stray", HINT,
    N_("Some receivers take other text there for a broken record."))
WEAKNESS(DMARC_WRONG_PLACE, "dmarc-wrong-place", WEAK,
    N_("It belongs to _dmarc before the domain; elsewhere nobody looks."))
/* ---- where the domain's own mail goes ---- */
WEAKNESS(MX_NO_ADDRESS, "mx-no-address", BROKEN,
    N_("Mail to the domain cannot be delivered there."))
WEAKNESS(MX_IP, "mx-ip", BROKEN,
    N_("MX must have a name, not an address (RFC 5321 5.1)."))
WEAKNESS(MX_CNAME, "mx-cname", WEAK,
    N_("An MX must not lead to an alias (RFC 5321 5.1); some senders refuse "
       "to follow."))
WEAKNESS(MX_PRIVATE, "mx-private", WEAK,
    N_("From outside nobody reaches a private address."))
WEAKNESS(MX_NONE, "mx-none", HINT,
    N_("Mail goes to the address of the name itself, which is most often "
       "the web server."))
WEAKNESS(STS_BAD, "mta-sts-bad", WEAK,
    N_("Senders pass over MTA-STS when its record cannot be read (RFC 8461 "
       "3.1)."))
WEAKNESS(STS_NO_HOST, "mta-sts-no-host", WEAK,
    N_("The policy is fetched from that host by HTTPS (RFC 8461 3.3)."))
WEAKNESS(STS_FETCH, "mta-sts-fetch", WEAK,
    N_("Senders act as if there were no policy; those that have an old one "
       "keep it until it ends (RFC 8461 3.3)."))
WEAKNESS(STS_CERTIFICATE, "mta-sts-certificate", WEAK,
    N_("Senders fetch no policy from a host that they cannot be sure of (RFC "
       "8461 3.3)."))
WEAKNESS(STS_TYPE, "mta-sts-type", HINT,
    N_("It should come as text/plain; some senders take nothing else (RFC "
       "8461 3.2)."))
WEAKNESS(STS_POLICY, "mta-sts-policy", WEAK,
    N_("Senders pass over a policy that they cannot read (RFC 8461 3.2)."))
WEAKNESS(STS_MX, "mta-sts-mx", BROKEN,
    N_("Gmail, Microsoft and others deliver no mail to an MX that the policy "
       "does not name (RFC 8461 4.1)."))
WEAKNESS(STS_MX_TESTING, "mta-sts-mx-testing", WEAK,
    N_("As soon as the mode is enforce no mail is delivered to an MX that the "
       "policy does not name (RFC 8461 4.1)."))
WEAKNESS(STS_SAME_ID, "mta-sts-same-id", WEAK,
    N_("Senders that have the old policy look at the id alone: they keep the "
       "old one for as long as its max_age says (RFC 8461 3.1)."))
WEAKNESS(STS_AGE, "mta-sts-age", HINT,
    N_("Weeks are meant: who can suppress the policy for that long has it "
       "gone (RFC 8461 10.2)."))
WEAKNESS(STS_MODE, "mta-sts-mode", HINT,
    N_("Only enforce keeps mail from going without TLS or to somebody "
       "else's server."))
WEAKNESS(TLS_RPT_BAD, "tls-rpt-bad", WEAK,
    N_("No reports are sent when the record cannot be read (RFC 8460 3)."))
WEAKNESS(TLSA_UNSIGNED, "tlsa-unsigned", WEAK,
    N_("TLSA without DNSSEC is passed over (RFC 7672 2.2)."))

/* SPDX-License-Identifier: ISC */
#include "base/lang.h"
#include "mail/address.h"
#include "show/reports.h"

enum {
	/* Days of reports before a stricter policy is called safe. */
	DAYS_SAFE = 14,
	MESSAGES_SAFE = 50,
};

static const struct {
	struct str type;
	const char *words, *remedy;
} tls_types[] = {
    {S0("starttls-not-supported"), N_("the server did not offer STARTTLS"),
	N_("Switch TLS on for port 25 (Postfix: smtpd_tls_security_level = "
	   "may), and see that no firewall takes STARTTLS out.")},
    {S0("certificate-host-mismatch"),
	N_("the certificate is not for the name of the server"),
	N_("Get a certificate that names the host of the MX record.")},
    {S0("certificate-expired"), N_("the certificate had expired"),
	N_("Renew the certificate, and have the mail server reload it: a "
	   "renewed file alone changes nothing.")},
    {S0("certificate-not-trusted"),
	N_("the certificate was not trusted (self-signed, or the intermediate "
	   "one is missing)"),
	N_("Use a certificate of a public authority, and give the server the "
	   "whole chain.")},
    {S0("validation-failure"), N_("the certificate could not be validated"),
	N_("Look at the certificate that the server shows: openssl s_client "
	   "-starttls smtp -connect HOST:25")},
    {S0("tlsa-invalid"), N_("the TLSA record (DANE) does not fit the key"),
	N_("Publish the TLSA record of the new key before the key is used.")},
    {S0("dnssec-invalid"), N_("DNSSEC of the domain is broken"),
	N_("Mend DNSSEC: until then senders with DANE deliver nothing.")},
    {S0("dane-required"), N_("the sender demands DANE and found none"),
	N_("Publish TLSA records with DNSSEC, or agree with the sender.")},
    {S0("sts-policy-fetch-error"),
	N_("the MTA-STS policy could not be fetched"),
	N_("See that https://mta-sts.DOMAIN/.well-known/mta-sts.txt answers "
	   "with a valid certificate.")},
    {S0("sts-policy-invalid"), N_("the MTA-STS policy is no valid one"),
	N_("Mend the file mta-sts.txt: version, mode, mx and max_age.")},
    {S0("sts-webpki-invalid"),
	N_("the web server of the MTA-STS policy shows a bad certificate"),
	N_("Renew the certificate of mta-sts.DOMAIN.")},
};

const char *
tls_failure_words(struct str type)
{
	for (size_t i = 0; i < ARRAY_LEN(tls_types); i++)
		if (str_eq_fold(type, tls_types[i].type))
			return _(tls_types[i].words);
	return _("no reason was given");
}

const char *
tls_failure_remedy(struct str type)
{
	for (size_t i = 0; i < ARRAY_LEN(tls_types); i++)
		if (str_eq_fold(type, tls_types[i].type))
			return _(tls_types[i].remedy);
	return NULL;
}

const char *
fault_name(enum fault fault)
{
	static const char *const names[FAULTS] = {
	    [FAULT_NONE] = "none",
	    [FAULT_SPF_ONLY] = "spf-only",
	    [FAULT_UNSIGNED] = "unsigned",
	    [FAULT_OTHERS] = "signed-for-others",
	    [FAULT_SIGNATURE] = "bad-signature",
	};

	return names[fault];
}

static struct str
spf_words(const struct report_group *g, struct arena *a)
{
	if (g->spf.n == 0)
		return str_z(_("SPF tells nothing"));
	if (!g->spf_pass)
		return arena_printf(
		    a, _("SPF fails for %.*s"), STR_ARG(g->spf));
	return arena_printf(a, _("SPF passes for %.*s, which is not its From"),
	    STR_ARG(g->spf));
}

struct str
fault_words(const struct report_group *g, struct arena *a)
{
	switch (g->fault) {
	case FAULT_SPF_ONLY:
		return str_z(
		    _("passes by SPF alone: without a DKIM signature of the "
		      "domain it fails where it is forwarded"));
	case FAULT_UNSIGNED:
		return arena_printf(a, _("has no DKIM signature, and %.*s"),
		    STR_ARG(spf_words(g, a)));
	case FAULT_OTHERS:
		return arena_printf(a, _("is signed for %.*s only, and %.*s"),
		    STR_ARG(g->signer.n > 0 ? g->signer : S("?")),
		    STR_ARG(spf_words(g, a)));
	case FAULT_SIGNATURE:
		return arena_printf(a,
		    _("has a DKIM signature that does not verify, and %.*s"),
		    STR_ARG(spf_words(g, a)));
	case FAULT_NONE:
	case FAULTS:
		break;
	}
	return S("");
}

void
policy_advice(const struct reports *r, const struct report_domain *d,
    struct policy_advice *ret_advice)
{
	struct policy_advice *v = ret_advice;

	*v = (struct policy_advice){0};
	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];

		if (!sender_is_ours(s->sender) ||
		    !domain_same_owner(reports_name(r, s->from), d->name))
			continue;
		v->ours += s->messages;
		if ((s->flags & SOURCE_ALIGNED) == 0)
			v->hurt += s->messages;
	}
	if (r->first != WALL_NONE && r->last != WALL_NONE && r->last > r->first)
		v->days = (int)((r->last - r->first + US_DAY / 2) / US_DAY);
	v->strict = str_eq_fold(d->policy, S("reject")) && d->percent == 100 &&
		    !d->testing;
	v->unsure = r->senders[SENDER_UNSURE];
	v->enough = v->days >= DAYS_SAFE && v->ours >= MESSAGES_SAFE;
	v->safe = v->enough && reports_know_own(r) &&
		  (v->hurt + v->unsure) * 1000 <= v->ours;
}

int
reports_exit(const struct reports *r)
{
	if (r->whole + r->cut + r->tls.reports + r->failures == 0)
		return 3;
	return r->tls.failed > 0 || r->failures > 0 ||
	       r->unaligned[SENDER_STRANGER] > 0 ||
	       r->unaligned[SENDER_UNSURE] > 0 ||
	       r->unaligned[SENDER_OURS] > 0 ||
	       r->unaligned[SENDER_SERVICE] > 0;
}

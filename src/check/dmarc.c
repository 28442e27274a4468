/* SPDX-License-Identifier: ISC */
#include "check/dmarc.h"

#include "check/suffix.h"
#include "mail/tag_list.h"

static const struct {
	const char *name;
	enum dmarc_policy policy;
} policies[] = {
    [DMARC_UNSET] = {"", DMARC_UNSET},
    [DMARC_POLICY_NONE] = {"none", DMARC_POLICY_NONE},
    [DMARC_QUARANTINE] = {"quarantine", DMARC_QUARANTINE},
    [DMARC_REJECT] = {"reject", DMARC_REJECT},
    [DMARC_BAD] = {"?", DMARC_BAD},
};

const char *
dmarc_policy_name(enum dmarc_policy policy)
{
	return policies[policy].name;
}

/* ---- a record ---- */

bool
dmarc_is_record(struct str text)
{
	struct tag tag;

	return text.n > 0 && (text.p[0] == 'v' || text.p[0] == 'V') &&
	       tag_next(&text, &tag) && str_eq_fold(tag.name, S("v")) &&
	       str_eq(tag.value, S("DMARC1"));
}

static enum dmarc_policy
policy_of(struct str word)
{
	for (size_t i = DMARC_POLICY_NONE; i < DMARC_BAD; i++)
		if (str_eq_fold(word, str_z(policies[i].name)))
			return policies[i].policy;
	return DMARC_BAD;
}

static void
take_uris(struct str value, struct str uris[DMARC_URIS], size_t *n)
{
	while (value.n > 0) {
		struct str uri = str_trim(str_take(&value, ','));

		if (uri.n > 0 && *n < DMARC_URIS)
			uris[(*n)++] = uri;
	}
}

/* False: the tag has no such value. */
static bool
take_tag(struct dmarc_record *r, struct str name, struct str value)
{
	char c = value.n == 1 ? (char)(value.p[0] | 0x20) : '\0';

	if (str_eq_fold(name, S("p")))
		return (r->p = policy_of(value)) != DMARC_BAD;
	if (str_eq_fold(name, S("sp")))
		return (r->sp = policy_of(value)) != DMARC_BAD;
	if (str_eq_fold(name, S("np")))
		return (r->np = policy_of(value)) != DMARC_BAD;
	if (str_eq_fold(name, S("psd"))) {
		r->psd = c;
		return c == 'y' || c == 'n' || c == 'u';
	}
	if (str_eq_fold(name, S("t"))) {
		r->test = c == 'y';
		return c == 'y' || c == 'n';
	}
	if (str_eq_fold(name, S("adkim"))) {
		r->strict_dkim = c == 's';
		return c == 's' || c == 'r';
	}
	if (str_eq_fold(name, S("aspf"))) {
		r->strict_spf = c == 's';
		return c == 's' || c == 'r';
	}
	if (str_eq_fold(name, S("rua")))
		take_uris(value, r->rua, &r->rua_n);
	if (str_eq_fold(name, S("ruf")))
		take_uris(value, r->ruf, &r->ruf_n);
	if (str_eq_fold(name, S("pct")))
		r->pct = value;
	if (str_eq_fold(name, S("rf")))
		r->rf = value;
	if (str_eq_fold(name, S("ri")))
		r->ri = value;
	return true; /* others are passed over, "fo" is not ours to judge */
}

void
dmarc_record_read(struct str text, struct dmarc_record *ret_record)
{
	struct dmarc_record r = {.text = text, .psd = 'u'};
	struct tag tag;

	while (text.n > 0) {
		if (!tag_next(&text, &tag)) {
			struct str odd = str_trim(str_take(&text, ';'));

			/* ";;" is no harm */
			r.no_tags |= odd.n > 0;
			continue;
		}
		if (!take_tag(&r, tag.name, tag.value) && r.bad_tag.n == 0)
			r.bad_tag =
			    tag.value.n == 0
				? tag.name
				: (struct str){tag.name.p,
				      (size_t)(tag.value.p + tag.value.n -
					       tag.name.p)};
	}
	*ret_record = r;
}

/* ---- the walk ---- */

static void
read_stop(struct dns_book *book, struct arena *a, struct str domain,
    struct dmarc *d, struct dmarc_stop *stop)
{
	const struct dns_answer *txt = dns_book_get(
	    book, arena_printf(a, "_dmarc.%.*s", STR_ARG(domain)), DNS_TXT);

	*stop = (struct dmarc_stop){.domain = domain};
	if (txt == NULL)
		return;
	stop->status = txt->status;
	d->lost |= !dns_is_known(txt->status);
	for (size_t i = 0; i < txt->n; i++)
		if (dmarc_is_record(txt->records[i].text)) {
			if (stop->records++ == 0)
				stop->record = txt->records[i].text;
		} else if (stop->stray++ == 0) {
			stop->stray_text = txt->records[i].text;
		}
}

static size_t
labels_of(struct str name)
{
	size_t n = name.n > 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

static struct str
without_label(struct str name)
{
	return str_skip(name, str_chr(name, '.') + 1);
}

static char
psd_of(const struct dmarc_stop *stop)
{
	struct dmarc_record record;

	dmarc_record_read(stop->record, &record);
	return record.psd;
}

/* RFC 9989 4.10: up to the top, or to where psd says that it ends. */
static void
walk(struct dns_book *book, struct arena *a, struct dmarc *d)
{
	struct str domain = d->domain;

	while (domain.n > 0 && d->stops_n < DMARC_LABELS) {
		struct dmarc_stop *stop = &d->stops[d->stops_n++];

		read_stop(book, a, domain, d, stop);
		if (stop->records == 1 && psd_of(stop) != 'u' &&
		    (psd_of(stop) == 'n' || d->stops_n > 1))
			return;
		domain = without_label(domain);
		while (labels_of(domain) >= DMARC_LABELS)
			domain = without_label(domain);
	}
}

static const struct dmarc_stop *
stop_at(const struct dmarc *d, struct str domain)
{
	for (size_t i = 0; i < d->stops_n; i++)
		if (d->stops[i].records == 1 &&
		    str_eq_fold(d->stops[i].domain, domain))
			return &d->stops[i];
	return NULL;
}

/* 4.10.2: psd=n, the name below psd=y, else the shortest with a record. */
static struct str
organisation_of(const struct dmarc *d)
{
	struct str found = d->domain;

	for (size_t i = 0; i < d->stops_n; i++) {
		const struct dmarc_stop *stop = &d->stops[i];

		if (stop->records != 1)
			continue;
		if (psd_of(stop) == 'n')
			return stop->domain;
		if (i > 0 && psd_of(stop) == 'y') {
			struct str below = d->domain;

			while (labels_of(below) > labels_of(stop->domain) + 1)
				below = without_label(below);
			return below;
		}
		found = stop->domain;
	}
	return found;
}

static enum dmarc_policy
weaker(enum dmarc_policy p)
{
	return p == DMARC_REJECT ? DMARC_QUARANTINE : DMARC_POLICY_NONE;
}

/* What the record asks for mail of this domain; UNSET: nothing at all. */
static enum dmarc_policy
policy_for(const struct dmarc_record *r, bool own, bool exists, bool old)
{
	enum dmarc_policy p = r->p;

	if (!own && r->sp != DMARC_UNSET && r->sp != DMARC_BAD)
		p = r->sp;
	if (!own && !exists && !old && r->np != DMARC_UNSET &&
	    r->np != DMARC_BAD)
		p = r->np;
	if (p == DMARC_UNSET || p == DMARC_BAD)
		p = r->rua_n > 0 ? DMARC_POLICY_NONE : DMARC_UNSET;
	return r->test && !old && p > DMARC_POLICY_NONE ? weaker(p) : p;
}

/* What RFC 7489 asks for, when the walk did not. */
static void
read_old_stop(struct dns_book *book, struct arena *a, struct dmarc *d)
{
	struct str top = suffix_organisation(d->domain);

	for (size_t i = 0; i < d->stops_n; i++)
		if (str_eq_fold(d->stops[i].domain, top))
			return;
	read_stop(book, a, top, d, &d->old_stop);
}

static void
judge(struct dmarc *d, bool exists)
{
	struct dmarc_record record;

	d->organisation = organisation_of(d);
	d->policy_at = stop_at(d, d->domain);
	if (d->policy_at == NULL)
		d->policy_at = stop_at(d, d->organisation);
	/* The one of a registry, above it. */
	for (size_t i = 0; i < d->stops_n && d->policy_at == NULL; i++)
		if (d->stops[i].records == 1 && psd_of(&d->stops[i]) == 'y')
			d->policy_at = &d->stops[i];
	if (d->policy_at != NULL) {
		dmarc_record_read(d->policy_at->record, &d->record);
		d->policy = policy_for(&d->record,
		    d->policy_at == stop_at(d, d->domain), exists, false);
	}
	d->old_at = stop_at(d, d->domain);
	if (d->old_at == NULL && d->old_stop.records == 1)
		d->old_at = &d->old_stop;
	if (d->old_at == NULL)
		d->old_at = stop_at(d, suffix_organisation(d->domain));
	if (d->old_at != NULL) {
		dmarc_record_read(d->old_at->record, &record);
		d->old_policy = policy_for(
		    &record, d->old_at == stop_at(d, d->domain), exists, true);
	}
}

void
dmarc_read(struct dns_book *book, struct arena *a, struct str domain,
    struct dmarc *ret_dmarc)
{
	const struct dns_answer *txt = dns_book_get(book, domain, DNS_TXT);

	*ret_dmarc = (struct dmarc){.domain = dns_name_trim(domain)};
	walk(book, a, ret_dmarc);
	read_old_stop(book, a, ret_dmarc);
	judge(ret_dmarc, txt == NULL || txt->status != DNS_NO_NAME);
}

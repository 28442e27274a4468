/* SPDX-License-Identifier: ISC */
/*
 *	<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
 *	 <report_metadata><org_name>example.net</org_name>
 *	  <report_id>1795</report_id>
 *	  <date_range><begin>1795219200</begin>...</date_range>
 *	 </report_metadata>
 *	 <policy_published><domain>tienda.example</domain><p>none</p>...
 *	 <record>
 *	  <row><source_ip>198.51.100.7</source_ip><count>12</count>
 *	   <policy_evaluated><disposition>none</disposition>
 *	    <dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
 *	  <identifiers><header_from>tienda.example</header_from></identifiers>
 *	  <auth_results><dkim><domain>..</domain><selector>..</selector>
 *	   <result>pass</result></dkim><spf>...</spf></auth_results>
 *	 </record>
 *	</feedback>
 *
 * Values are told apart by their element and the one around it. libexpat reads
 * the XML; what is bounded here: depth, names, attributes, elements that are
 * not of a report, and how far a single token may reach. A DOCTYPE that
 * declares anything is the end: no report has entities of its own.
 */
#include "mail/dmarc_report.h"

#include "mail/dmarc_tag.h"
#include "mail/xml_mend.h"

#include <expat.h>
#include <stdlib.h>

enum {
	DEPTH = 32,
	NAME_MAX_BYTES = 256,
	/* Elements and attributes that are not of a report: extensions. Each
	 * new name takes memory in the XML parser. */
	STRANGE_MAX = 100000,
	/* Bytes of one tag, comment or the like: it is held whole. */
	TOKEN_MAX = 1024 * 1024,
	CHUNK = 64 * 1024,
};

struct dmarc_parser {
	XML_Parser xml;
	void (*row_done)(void *arg, const struct dmarc_row *row);
	void *arg;
	struct dmarc_head head;
	struct dmarc_row row;
	struct dmarc_text spf; /* domain of the <spf> that is open */
	enum dmarc_tag open[DEPTH];
	size_t depth;
	struct dmarc_text value; /* of the innermost element */
	size_t strange;
	uint64_t silent; /* bytes since the parser told something */
	bool begun, skip_blank;
	bool seen_feedback, seen_end, refused, failed, stopped;
	bool in_record, spf_passed;
};

static void
refuse(struct dmarc_parser *p)
{
	p->refused = p->stopped = true;
	(void)XML_StopParser(p->xml, XML_FALSE);
}

/* ---- values ---- */

static bool
is_word(const struct dmarc_text *value, struct str word)
{
	return str_eq_fold(dmarc_str(value), word);
}

static void
keep(struct dmarc_text *to, const struct dmarc_text *value)
{
	if (to->n == 0)
		*to = *value;
}

/* Names in the DNS: without a final dot and an @ in front of them. */
static void
keep_domain(struct dmarc_text *to, const struct dmarc_text *value)
{
	struct str s = dmarc_str(value);
	size_t at = str_rchr(s, '@');

	if (at < s.n)
		s = str_skip(s, at + 1);
	while (s.n > 0 && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == '>'))
		s.n--;
	if (to->n > 0 || s.n == 0)
		return;
	memcpy(to->p, s.p, s.n);
	to->n = (uint16_t)s.n;
}

/* Seconds since 1970; some write a fraction behind it, or milliseconds. */
static wall_us
moment(const struct dmarc_text *value)
{
	struct str s = dmarc_str(value);
	uint64_t n;

	if (!str_u64(&s, 15, &n) || (s.n > 0 && s.p[0] != '.'))
		return WALL_NONE;
	if (n > UINT64_C(99999999999))
		n /= 1000;
	if (n > UINT64_C(99999999999) || n == 0)
		return WALL_NONE;
	return (wall_us)n * US_SECOND;
}

static uint64_t
number(const struct dmarc_text *value, uint64_t fallback)
{
	struct str s = dmarc_str(value);
	uint64_t n;

	return str_u64(&s, 12, &n) ? n : fallback;
}

static unsigned
reason_of(const struct dmarc_text *value)
{
	static const struct {
		struct str name;
		unsigned reason;
	} names[] = {
	    {S0("forwarded"), DMARC_FORWARDED},
	    {S0("sampled_out"), DMARC_SAMPLED_OUT},
	    {S0("trusted_forwarder"), DMARC_TRUSTED_FORWARDER},
	    {S0("mailing_list"), DMARC_MAILING_LIST},
	    {S0("local_policy"), DMARC_LOCAL_POLICY},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (is_word(value, names[i].name))
			return names[i].reason;
	return DMARC_OTHER;
}

static enum dmarc_disposition
disposition_of(const struct dmarc_text *value)
{
	if (is_word(value, S("quarantine")))
		return DMARC_QUARANTINE;
	return is_word(value, S("reject")) ? DMARC_REJECT : DMARC_NONE;
}

static struct dmarc_signature *
signature(struct dmarc_parser *p)
{
	if (p->row.signatures_n == 0)
		return NULL;
	return &p->row.signatures[p->row.signatures_n - 1];
}

static void
end_auth(struct dmarc_parser *p, enum dmarc_tag around, enum dmarc_tag tag)
{
	struct dmarc_signature *s = signature(p);

	if (around == TAG_DKIM && s != NULL) {
		if (tag == TAG_DOMAIN)
			keep_domain(&s->domain, &p->value);
		else if (tag == TAG_SELECTOR)
			keep(&s->selector, &p->value);
		else if (tag == TAG_RESULT)
			s->pass = is_word(&p->value, S("pass"));
	} else if (around == TAG_SPF) {
		if (tag == TAG_DOMAIN)
			keep_domain(&p->spf, &p->value);
		else if (tag == TAG_RESULT)
			p->spf_passed = is_word(&p->value, S("pass"));
	}
}

static void
end_row(struct dmarc_parser *p, enum dmarc_tag tag)
{
	struct dmarc_row *r = &p->row;

	switch ((int)tag) {
	case TAG_SOURCE:
		if (!ip_parse(dmarc_str(&p->value), &r->source))
			r->source = (struct ip){0};
		break;
	case TAG_COUNT:
		r->count = number(&p->value, 0);
		break;
	case TAG_DISPOSITION:
		r->disposition = disposition_of(&p->value);
		break;
	case TAG_DKIM:
		r->dkim_aligned = is_word(&p->value, S("pass"));
		break;
	case TAG_SPF:
		r->spf_aligned = is_word(&p->value, S("pass"));
		break;
	case TAG_TYPE:
		r->reasons |= reason_of(&p->value);
		break;
	case TAG_HEADER_FROM:
		keep_domain(&r->header_from, &p->value);
		break;
	case TAG_ENVELOPE_FROM:
		keep_domain(&r->envelope_from, &p->value);
		break;
	case TAG_ENVELOPE_TO:
		keep_domain(&r->envelope_to, &p->value);
		break;
	default:
		break;
	}
}

static void
end_policy(struct dmarc_parser *p, enum dmarc_tag tag)
{
	struct dmarc_head *h = &p->head;

	if (tag == TAG_DOMAIN)
		keep_domain(&h->domain, &p->value);
	else if (tag == TAG_P)
		keep(&h->policy, &p->value);
	else if (tag == TAG_SP)
		keep(&h->sub_policy, &p->value);
	else if (tag == TAG_PCT)
		h->percent = number(&p->value, 100);
	else if (tag == TAG_TESTING)
		h->testing = is_word(&p->value, S("y"));
}

static void
end_head(struct dmarc_parser *p, enum dmarc_tag tag)
{
	struct dmarc_head *h = &p->head;

	switch ((int)tag) {
	case TAG_ORG:
		keep(&h->org, &p->value);
		break;
	case TAG_EMAIL:
		keep(&h->email, &p->value);
		break;
	case TAG_ID:
		keep(&h->id, &p->value);
		break;
	case TAG_ERROR:
		keep(&h->error, &p->value);
		break;
	case TAG_BEGIN:
		h->begin = moment(&p->value);
		break;
	case TAG_END:
		h->end = moment(&p->value);
		break;
	default:
		break;
	}
}

/* ---- elements ---- */

static void
begin_record(struct dmarc_parser *p)
{
	p->row = (struct dmarc_row){0};
	p->in_record = true;
}

static void
end_record(struct dmarc_parser *p)
{
	p->in_record = false;
	if (p->row.header_from.n == 0)
		p->row.header_from = p->head.domain;
	if (p->row.count > 0)
		p->row_done(p->arg, &p->row);
}

/* Of several results the one that passed is kept: HELO and MAIL FROM. */
static void
end_spf(struct dmarc_parser *p)
{
	if (p->row.spf_pass || (p->row.spf_domain.n > 0 && !p->spf_passed))
		return;
	p->row.spf_domain = p->spf;
	p->row.spf_pass = p->spf_passed;
}

static enum dmarc_tag
around(const struct dmarc_parser *p)
{
	return p->depth > 1 ? p->open[p->depth - 2] : TAG_NONE;
}

static void XMLCALL
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct dmarc_parser *p = arg;
	struct str text = str_z(name);
	enum dmarc_tag tag = dmarc_tag(text);

	p->silent = 0;
	if (tag == TAG_NONE)
		p->strange++;
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		p->strange++;
	if (p->depth == DEPTH || text.n > NAME_MAX_BYTES ||
	    p->strange > STRANGE_MAX) {
		refuse(p);
		return;
	}
	p->open[p->depth++] = tag;
	p->value.n = 0;
	p->seen_feedback |= tag == TAG_FEEDBACK;
	if (tag == TAG_RECORD) {
		begin_record(p);
	} else if (around(p) == TAG_RESULTS && tag == TAG_SPF) {
		p->spf.n = 0;
		p->spf_passed = false;
	} else if (around(p) == TAG_RESULTS && tag == TAG_DKIM &&
		   p->row.signatures_n < DMARC_SIGNATURES) {
		p->row.signatures[p->row.signatures_n++] =
		    (struct dmarc_signature){0};
	}
}

static void
trim_value(struct dmarc_text *value)
{
	struct str s = str_trim(dmarc_str(value));

	if (s.n > 0)
		memmove(value->p, s.p, s.n);
	value->n = (uint16_t)s.n;
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct dmarc_parser *p = arg;
	enum dmarc_tag tag, outer;

	(void)name;
	p->silent = 0;
	if (p->depth == 0)
		return;
	tag = p->open[p->depth - 1];
	outer = around(p);
	trim_value(&p->value);
	if (tag == TAG_RECORD)
		end_record(p);
	else if (outer == TAG_RESULTS && tag == TAG_SPF)
		end_spf(p);
	else if (outer == TAG_RESULTS)
		; /* all of a signature was told by what is in it */
	else if (outer == TAG_DKIM || outer == TAG_SPF)
		end_auth(p, outer, tag);
	else if (p->in_record)
		end_row(p, tag);
	else if (outer == TAG_POLICY)
		end_policy(p, tag);
	else
		end_head(p, tag);
	p->seen_end |= tag == TAG_FEEDBACK;
	p->value.n = 0;
	p->depth--;
}

static void XMLCALL
on_text(void *arg, const XML_Char *bytes, int n)
{
	struct dmarc_parser *p = arg;
	size_t room = sizeof(p->value.p) - p->value.n;
	size_t take = (size_t)n < room ? (size_t)n : room;

	p->silent = 0;
	memcpy(p->value.p + p->value.n, bytes, take);
	p->value.n = (uint16_t)(p->value.n + take);
}

static void XMLCALL
on_other(void *arg, const XML_Char *bytes, int n)
{
	struct dmarc_parser *p = arg;

	(void)bytes;
	(void)n;
	p->silent = 0;
}

static void XMLCALL
on_doctype(void *arg, const XML_Char *name, const XML_Char *file,
    const XML_Char *public, int has_subset)
{
	struct dmarc_parser *p = arg;

	(void)name;
	(void)file;
	(void)public;
	p->silent = 0;
	if (has_subset != 0)
		refuse(p);
}

static void XMLCALL
on_entity(void *arg, const XML_Char *name, int is_parameter,
    const XML_Char *value, int value_n, const XML_Char *base,
    const XML_Char *file, const XML_Char *public, const XML_Char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)value_n;
	(void)base;
	(void)file;
	(void)public;
	(void)notation;
	refuse(arg);
}

/* ---- the parser ---- */

struct dmarc_parser *
dmarc_parser_new(void (*row)(void *arg, const struct dmarc_row *row), void *arg)
{
	struct dmarc_parser *p = xcalloc(1, sizeof(*p));

	p->row_done = row;
	p->arg = arg;
	p->head.percent = 100;
	p->head.begin = p->head.end = WALL_NONE;
	return p;
}

void
dmarc_parser_free(struct dmarc_parser *p)
{
	if (p == NULL)
		return;
	if (p->xml != NULL)
		XML_ParserFree(p->xml);
	free(p);
}

/*
 * Only UTF-16 is taken at its word. All else is read as UTF-8 whatever it
 * calls itself: expat knows four encodings, and windows-1252 is none of them;
 * bytes that are no UTF-8 lead to xml_mend.
 */
static const char *
encoding_of(struct str bytes)
{
	if (str_starts(bytes, S("\xff\xfe")) ||
	    str_starts(bytes, S("\xfe\xff")) ||
	    (bytes.n > 1 && (bytes.p[0] == '\0' || bytes.p[1] == '\0')))
		return NULL;
	return "UTF-8";
}

static bool
begin(struct dmarc_parser *p, struct str *bytes)
{
	if (!p->begun)
		(void)str_eat(bytes, S("\xef\xbb\xbf"));
	p->begun = true;
	/* a declaration behind an empty line is no XML, and is sent */
	while (bytes->n > 0 && strchr(" \t\r\n", bytes->p[0]) != NULL &&
	       bytes->p[0] != '\0')
		*bytes = str_skip(*bytes, 1);
	if (bytes->n == 0)
		return false;
	p->xml = XML_ParserCreate(encoding_of(*bytes));
	if (p->xml == NULL) {
		p->refused = p->stopped = true;
		return false;
	}
	XML_SetUserData(p->xml, p);
	XML_SetElementHandler(p->xml, on_start, on_end);
	XML_SetCharacterDataHandler(p->xml, on_text);
	XML_SetDefaultHandler(p->xml, on_other);
	XML_SetStartDoctypeDeclHandler(p->xml, on_doctype);
	XML_SetEntityDeclHandler(p->xml, on_entity);
	return true;
}

bool
dmarc_parser_feed(struct dmarc_parser *p, struct str bytes)
{
	if (p->xml == NULL && !p->stopped && !begin(p, &bytes))
		return true;
	while (bytes.n > 0 && !p->stopped) {
		size_t n = bytes.n < CHUNK ? bytes.n : CHUNK;

		p->silent += n;
		if (XML_Parse(p->xml, bytes.p, (int)n, 0) != XML_STATUS_OK)
			p->failed = p->stopped = true;
		else if (p->silent > TOKEN_MAX)
			p->refused = p->stopped = true;
		bytes = str_skip(bytes, n);
	}
	return !p->stopped;
}

enum dmarc_status
dmarc_parser_end(
    struct dmarc_parser *p, struct dmarc_head *ret_head, bool *ret_broken)
{
	*ret_head = p->head;
	*ret_broken = false;
	if (p->refused)
		return DMARC_REFUSED;
	/* what stands behind the report is nobody's business */
	if (p->seen_end)
		return DMARC_WHOLE;
	*ret_broken = p->failed;
	return p->seen_feedback ? DMARC_CUT : DMARC_FOREIGN;
}

enum dmarc_status
dmarc_report_mend(struct str text,
    void (*row)(void *arg, const struct dmarc_row *row), void *arg,
    struct dmarc_head *ret_head)
{
	struct dmarc_parser *p = dmarc_parser_new(row, arg);
	struct arena a = {0};
	enum dmarc_status status;
	bool broken;

	if (text.n > DMARC_MEND_MAX)
		text = str_head(text, DMARC_MEND_MAX);
	(void)dmarc_parser_feed(p, xml_mend(&a, text, dmarc_tag_is_known));
	status = dmarc_parser_end(p, ret_head, &broken);
	dmarc_parser_free(p);
	arena_done(&a);
	return status == DMARC_WHOLE ? DMARC_MENDED : status;
}

/* SPDX-License-Identifier: ISC */
/*
 * DNS messages (RFC 1035 4, RFC 2308 for how long "no" holds) to bodies, and
 * bodies to answers. Both come from strangers: the message from any server,
 * the body from a process that has read such messages.
 */
#include "net/dns_body.h"

enum {
	HEADER = 12,
	RECORDS = 2048, /* an answer with more of them is cut */
	CNAMES = 16,
	RCODE_NXDOMAIN = 3,
	TTL_MAX = 24 * 3600,
	TTL_NEGATIVE = 3600, /* RFC 2308 5: one to three hours */
	WHY_MAX = 500,
};

struct message {
	const uint8_t *p;
	size_t n, at;
};

/* The body as it is written; n above DNS_BODY: it did not fit. */
struct writer {
	uint8_t *p;
	size_t n;
};

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void
put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void
write_bytes(struct writer *w, const void *p, size_t n)
{
	if (w->n > DNS_BODY || n > DNS_BODY - w->n) {
		w->n = DNS_BODY + 1;
		return;
	}
	if (n > 0)
		memcpy(w->p + w->n, p, n);
	w->n += n;
}

static void
write16(struct writer *w, size_t value)
{
	uint8_t two[2];

	put16(two, value);
	write_bytes(w, two, sizeof(two));
}

static void
write_text(struct writer *w, const char *p, size_t n)
{
	write16(w, n);
	write_bytes(w, p, n);
}

/* One resource record, its data not looked into. */
struct rr {
	char owner[DNS_NAME_TEXT];
	size_t owner_n;
	uint16_t type;
	uint32_t ttl;
	size_t data, data_n;
};

static bool
read_rr(struct message *m, struct rr *rr)
{
	size_t at;

	if (!dns_name_read(m->p, m->n, m->at, rr->owner, &rr->owner_n, &at) ||
	    m->n - at < 10)
		return false;
	rr->type = (uint16_t)get16(m->p + at);
	rr->ttl = get32(m->p + at + 4);
	if (rr->ttl > TTL_MAX)
		rr->ttl = TTL_MAX;
	rr->data_n = get16(m->p + at + 8);
	rr->data = at + 10;
	if (m->n - rr->data < rr->data_n)
		return false;
	m->at = rr->data + rr->data_n;
	return true;
}

static bool
write_name(
    struct writer *w, const struct message *m, const struct rr *rr, size_t skip)
{
	char text[DNS_NAME_TEXT];
	size_t n, next;

	if (rr->data_n < skip + 1 || !dns_name_read(m->p, rr->data + rr->data_n,
					 rr->data + skip, text, &n, &next))
		return false;
	write16(w, skip + n);
	write_bytes(w, m->p + rr->data, skip);
	write_bytes(w, text, n);
	return true;
}

static bool
write_record(struct writer *w, const struct message *m, const struct rr *rr)
{
	write16(w, rr->type);
	switch (rr->type) {
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		return write_name(w, m, rr, 0);
	case DNS_MX:
		return write_name(w, m, rr, 2);
	default:
		write_text(w, (const char *)m->p + rr->data, rr->data_n);
		return true;
	}
}

/* RFC 2308 5: the smaller of the SOA's own TTL and its last field. */
static uint32_t
negative_ttl(struct message m, unsigned authority)
{
	struct rr rr;

	for (unsigned i = 0; i < authority && read_rr(&m, &rr); i++) {
		uint32_t least;

		if (rr.type != DNS_SOA || rr.data_n < 20)
			continue;
		least = get32(m.p + rr.data + rr.data_n - 4);
		if (least > rr.ttl)
			least = rr.ttl;
		return least > TTL_NEGATIVE ? TTL_NEGATIVE : least;
	}
	return 0;
}

/* What the answer section says about the name that was asked. */
struct found {
	char name[DNS_NAME_TEXT]; /* where CNAMEs led so far */
	size_t name_n;
	unsigned cnames, records;
	uint32_t ttl;
	size_t signatures; /* bytes of RRSIG */
};

static bool
follow(struct found *f, const struct message *m, const struct rr *rr)
{
	size_t next;

	return ++f->cnames <= CNAMES &&
	       dns_name_read(m->p, rr->data + rr->data_n, rr->data, f->name,
		   &f->name_n, &next);
}

/* One pass over the answers, which stand in the order of the CNAMEs (RFC
 * 1034 4.3.2): records of other names and types are left out. */
static bool
read_answers(struct message *m, unsigned n, uint16_t type, struct found *f,
    struct writer *w)
{
	struct rr rr;

	f->ttl = TTL_MAX;
	for (unsigned i = 0; i < n; i++) {
		size_t begin = m->at;

		if (!read_rr(m, &rr))
			return false;
		if (rr.type == DNS_RRSIG)
			f->signatures += m->at - begin;
		if (!str_eq_fold((struct str){rr.owner, rr.owner_n},
			(struct str){f->name, f->name_n}))
			continue;
		if (rr.type != type && rr.type != DNS_CNAME)
			continue;
		if (rr.ttl < f->ttl)
			f->ttl = rr.ttl;
		if (rr.type == type) {
			if (f->records == RECORDS)
				continue;
			if (!write_record(w, m, &rr))
				return false;
			f->records++;
		} else if (!follow(f, m, &rr)) {
			return false;
		}
	}
	return true;
}

static enum dns_status
status_of(unsigned rcode, unsigned records)
{
	if (rcode == RCODE_NXDOMAIN)
		return DNS_NO_NAME;
	if (rcode == 2)
		return DNS_FAILED;
	if (rcode != 0)
		return DNS_REFUSED;
	return records > 0 ? DNS_OK : DNS_NO_DATA;
}

static void
put_head(uint8_t *p, enum dns_status status, enum dns_security security,
    const struct found *f, size_t size)
{
	p[0] = (uint8_t)status;
	p[1] = (uint8_t)security;
	put16(p + 2, f->records);
	dns_body_set_ttl(p, f->ttl);
	put16(p + 8, size);
}

size_t
dns_body_of_message(const uint8_t *message, size_t n, uint16_t type,
    enum dns_security security, uint8_t buf[DNS_BODY])
{
	struct message m = {message, n, HEADER};
	struct writer w = {.p = buf, .n = DNS_BODY_HEAD};
	struct found f = {0};
	enum dns_status status;
	size_t size;

	/* One question, and this is an answer. */
	if (n < HEADER || n > UINT16_MAX || (message[2] & 0x80) == 0 ||
	    get16(message + 4) != 1 ||
	    !dns_name_read(m.p, m.n, m.at, f.name, &f.name_n, &m.at) ||
	    m.n - m.at < 4)
		return 0;
	m.at += 4;
	if (!read_answers(&m, get16(message + 6), type, &f, &w))
		return 0;
	size = m.at - f.signatures;
	status = status_of(message[3] & 15, f.records);
	if (status != DNS_OK) {
		f.ttl = negative_ttl(m, get16(message + 8));
		f.records = 0;
		w.n = DNS_BODY_HEAD;
	}
	write_text(&w, f.name, f.cnames > 0 ? f.name_n : 0);
	write16(&w, 0);
	put_head(buf, status, security, &f, size);
	return w.n > DNS_BODY ? 0 : w.n;
}

size_t
dns_body_of_status(
    enum dns_status status, struct str why, uint8_t buf[DNS_BODY_STATUS])
{
	struct writer w = {.p = buf, .n = DNS_BODY_HEAD};
	const struct found none = {0};

	why = str_head(why, WHY_MAX);
	put_head(buf, status, DNS_UNCHECKED, &none, 0);
	write16(&w, 0);
	write_text(&w, why.p, why.n);
	return w.n;
}

enum dns_status
dns_body_status(const uint8_t *body)
{
	return body[0] < DNS_STATUSES ? (enum dns_status)body[0] : DNS_FAILED;
}

uint32_t
dns_body_ttl(const uint8_t *body)
{
	return get32(body + 4);
}

void
dns_body_set_ttl(uint8_t *body, uint32_t ttl)
{
	put16(body + 4, ttl >> 16);
	put16(body + 6, ttl & 0xffff);
}

/* Length and bytes off the front of *s. */
static bool
take_text(struct str *s, struct str *ret_text)
{
	size_t n;

	if (s->n < 2)
		return false;
	n = get16((const uint8_t *)s->p);
	if (s->n - 2 < n)
		return false;
	*ret_text = (struct str){s->p + 2, n};
	*s = (struct str){s->p + 2 + n, s->n - 2 - n};
	return true;
}

/* RFC 7208 3.3: the strings of one record, joined without blanks. */
static bool
join_strings(struct arena *a, struct str data, struct dns_record *record)
{
	char *text = arena_alloc(a, data.n + 1);
	size_t n = 0;

	while (data.n > 0) {
		size_t length = (uint8_t)data.p[0];

		if (length > data.n - 1)
			return false;
		memcpy(text + n, data.p + 1, length);
		n += length;
		data = str_skip(data, length + 1);
		record->strings++;
	}
	record->text = (struct str){text, n};
	return true;
}

static bool
read_record(struct arena *a, struct str *s, struct dns_record *record)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct str data;

	*record = (struct dns_record){0};
	if (s->n < 4)
		return false;
	record->type = (uint16_t)get16((const uint8_t *)s->p);
	*s = str_skip(*s, 2);
	if (!take_text(s, &data))
		return false;
	switch (record->type) {
	case DNS_A:
		memcpy(record->ip.b, mapped, sizeof(mapped));
		if (data.n == 4)
			memcpy(record->ip.b + 12, data.p, 4);
		return data.n == 4;
	case DNS_AAAA:
		if (data.n == 16)
			memcpy(record->ip.b, data.p, 16);
		return data.n == 16;
	case DNS_MX:
		if (data.n < 2)
			return false;
		record->preference = (uint16_t)get16((const uint8_t *)data.p);
		record->name = str_keep(a, str_skip(data, 2));
		return true;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		record->name = str_keep(a, data);
		return true;
	case DNS_TXT:
	case DNS_SPF:
		return join_strings(a, data, record);
	default:
		record->data = str_keep(a, data);
		return true;
	}
}

bool
dns_body_read(struct arena *a, const uint8_t *body, size_t n, uint16_t type,
    struct dns_answer *ret_answer)
{
	struct str s = {(const char *)body, n}, canonical, why;
	struct dns_record *records;
	struct dns_answer answer;
	size_t count;

	if (n < DNS_BODY_HEAD || body[0] >= DNS_STATUSES ||
	    body[1] > DNS_SECURE)
		return false;
	count = get16(body + 2);
	answer = (struct dns_answer){.status = dns_body_status(body),
	    .security = (enum dns_security)body[1],
	    .ttl = dns_body_ttl(body),
	    .size = (uint16_t)get16(body + 8)};
	s = str_skip(s, DNS_BODY_HEAD);
	if (count > RECORDS || (count > 0) != (answer.status == DNS_OK))
		return false;
	records = arena_alloc(a, (count + 1) * sizeof(*records));
	for (size_t i = 0; i < count; i++)
		if (!read_record(a, &s, &records[i]) || records[i].type != type)
			return false;
	if (!take_text(&s, &canonical) || !take_text(&s, &why) || s.n != 0)
		return false;
	answer.canonical = str_keep(a, canonical);
	answer.why = str_keep(a, why);
	answer.records = records;
	answer.n = count;
	*ret_answer = answer;
	return true;
}

struct dns_answer
dns_answer_keep(struct arena *a, const struct dns_answer *from)
{
	struct dns_answer kept = *from;
	struct dns_record *records =
	    arena_alloc(a, (from->n + 1) * sizeof(*records));

	for (size_t i = 0; i < from->n; i++) {
		records[i] = from->records[i];
		records[i].name = str_keep(a, from->records[i].name);
		records[i].text = str_keep(a, from->records[i].text);
		records[i].data = str_keep(a, from->records[i].data);
	}
	kept.canonical = str_keep(a, from->canonical);
	kept.why = str_keep(a, from->why);
	kept.records = records;
	return kept;
}

/* SPDX-License-Identifier: ISC */
/*
 * Where reports are: a file that is one (.xml, .json), a container of some
 * (.gz, .zip), or a message with either as a part. What a part calls itself is
 * not asked: application/octet-stream, text/xml and application/zip for a gzip
 * are all seen. Its first bytes tell.
 */
#include "letter/reports.h"

#include "base/lang.h"
#include "mail/arf.h"
#include "mail/mime.h"
#include "mail/tls_report.h"
#include "source/unpack.h"

#include <stdlib.h>

enum {
	ROWS_MAX = 1000000, /* of one report */
};

enum document {
	DOCUMENT_NONE,
	DOCUMENT_XML,
	DOCUMENT_JSON,
};

/* One document, as its bytes come. */
struct file {
	struct reports *r;
	struct str path;
	struct arena *a; /* of this message */
	enum document kind;
	bool known; /* its first bytes were looked at */
	bool text;  /* prose may look like a document and be none */
	struct dmarc_parser *parser;
	struct report_row *rows;
	size_t rows_n, rows_cap;
	uint64_t rows_more; /* that there was no room for */
	char *kept;         /* to be mended, or JSON */
	size_t kept_n, kept_cap;
	unsigned found; /* reports in this message */
};

static void
on_row(void *arg, const struct dmarc_row *row)
{
	struct file *f = arg;

	if (f->rows_n == ROWS_MAX) {
		f->rows_more++;
		return;
	}
	VEC_ROOM(f->rows, f->rows_n, f->rows_cap);
	f->rows[f->rows_n++] = reports_row(f->r, row);
}

/* What a document begins with, byte order marks and blanks left out. */
static enum document
look(struct str bytes)
{
	(void)str_eat(&bytes, S("\xef\xbb\xbf"));
	if (str_starts(bytes, S("\xff\xfe")) ||
	    str_starts(bytes, S("\xfe\xff")) || str_starts(bytes, S("<\0")) ||
	    str_starts(bytes, S("\0<")))
		return DOCUMENT_XML;
	bytes = str_trim(str_head(bytes, 4096));
	if (str_starts(bytes, S("<")))
		return DOCUMENT_XML;
	return str_starts(bytes, S("{")) ? DOCUMENT_JSON : DOCUMENT_NONE;
}

static void
begin_document(void *arg, struct str name)
{
	struct file *f = arg;

	(void)name;
	f->known = false;
	f->kind = DOCUMENT_NONE;
	f->rows_n = f->kept_n = 0;
	f->rows_more = 0;
}

static bool
keep(struct file *f, struct str bytes)
{
	size_t max = f->kind == DOCUMENT_XML ? (size_t)DMARC_MEND_MAX
					     : (size_t)TLS_REPORT_MAX;

	if (f->kept_n + bytes.n > max)
		bytes = str_head(bytes, max - f->kept_n);
	if (bytes.n == 0)
		return false;
	if (f->kept_n + bytes.n > f->kept_cap) {
		f->kept_cap = (f->kept_n + bytes.n) * 2;
		f->kept = xrealloc(f->kept, f->kept_cap, 1);
	}
	memcpy(f->kept + f->kept_n, bytes.p, bytes.n);
	f->kept_n += bytes.n;
	return true;
}

static bool
add_bytes(void *arg, struct str bytes)
{
	struct file *f = arg;
	bool room;

	if (!f->known)
		f->kind = look(bytes);
	if (!f->known && f->kind == DOCUMENT_XML)
		f->parser = dmarc_parser_new(on_row, f);
	f->known = true;
	if (f->kind == DOCUMENT_NONE)
		return false;
	room = keep(f, bytes);
	if (f->kind == DOCUMENT_XML)
		return dmarc_parser_feed(f->parser, bytes) || room;
	return room;
}

static void
tls_failure(struct reports *r, const struct tls_policy *policy,
    const struct tls_failure *failure, uint64_t org_bit)
{
	struct reports_tls_sums *sums = &r->tls;
	uint64_t key = str_hash_fold(policy->domain) ^
		       str_hash_fold(failure->type) * 3 ^
		       str_hash_fold(failure->mx) * 5;
	uint32_t *number;
	bool is_new;

	if (sums->n == REPORTS_TLS && map_get(&r->by_tls, key) == NULL)
		return;
	number = map_put(&r->by_tls, key, &is_new);
	if (is_new) {
		*number = (uint32_t)sums->n;
		VEC_ROOM(sums->items, sums->n, sums->cap);
		sums->items[sums->n++] = (struct report_tls){
		    .domain = str_keep(&r->arena, policy->domain),
		    .type = str_keep(&r->arena, failure->type),
		    .mx = str_keep(&r->arena, failure->mx)};
	}
	sums->items[*number].sessions += failure->sessions;
	sums->items[*number].orgs |= org_bit;
}

static void
tls_policy(struct reports *r, const struct tls_policy *policy, uint64_t bit)
{
	uint64_t told = 0;

	r->tls.good += policy->good;
	r->tls.failed += policy->failed;
	for (size_t i = 0; i < policy->failures_n; i++) {
		tls_failure(r, policy, &policy->failures[i], bit);
		told += policy->failures[i].sessions;
	}
	/* counted, and nothing said about why */
	if (told < policy->failed)
		tls_failure(r, policy,
		    &(struct tls_failure){.sessions = policy->failed - told},
		    bit);
}

static void
take_tls(struct file *f)
{
	struct reports *r = f->r;
	struct tls_report report;
	struct report_org *org;
	struct str domain;

	if (!tls_report_read(f->a, (struct str){f->kept, f->kept_n}, &report)) {
		if (f->text)
			return;
		r->broken++;
		reports_gap(r, f->path, _("it is no TLS report"));
		return;
	}
	f->found++;
	domain = report.policies_n > 0 ? report.policies[0].domain : S("");
	if (!reports_is_new(r, report.org, report.id, domain, report.begin)) {
		r->twice++;
		return;
	}
	org = reports_org(r, report.org);
	org->reports++;
	r->tls.reports++;
	for (size_t i = 0; i < report.policies_n; i++)
		tls_policy(r, &report.policies[i],
		    UINT64_C(1) << ((size_t)(org - r->orgs) % 64));
	if (report.begin != WALL_NONE &&
	    (r->tls.reports == 1 || report.begin < r->tls.first))
		r->tls.first = report.begin;
	if (report.end != WALL_NONE && report.end > r->tls.last)
		r->tls.last = report.end;
}

static void
take_dmarc(struct file *f, bool whole)
{
	struct dmarc_head head;
	bool broken;
	enum dmarc_status status = dmarc_parser_end(f->parser, &head, &broken);

	dmarc_parser_free(f->parser);
	f->parser = NULL;
	if (broken) {
		f->rows_n = 0;
		f->rows_more = 0;
		status = dmarc_report_mend(
		    (struct str){f->kept, f->kept_n}, on_row, f, &head);
	}
	if (status == DMARC_FOREIGN) {
		/* a page or drawing, not sent as a report */
		if (f->text)
			return;
		f->r->broken++;
		reports_gap(f->r, f->path, _("it holds XML that is no report"));
		return;
	}
	f->found++;
	if (status == DMARC_REFUSED) {
		f->r->broken++;
		reports_gap(f->r, f->path,
		    _("its XML declares entities, nests too deep or holds "
		      "too large parts: it was refused"));
		return;
	}
	if (status == DMARC_CUT || !whole)
		reports_gap(f->r, f->path,
		    _("its report breaks off; what stands before was "
		      "counted"));
	if (f->rows_more > 0)
		reports_gap(f->r, f->path,
		    _("it has more than a million rows: the rest was left "
		      "out"));
	reports_take(f->r, &head, status, f->rows, f->rows_n);
}

static void
end_document(void *arg, bool whole)
{
	struct file *f = arg;

	if (f->kind == DOCUMENT_XML)
		take_dmarc(f, whole);
	else if (f->kind == DOCUMENT_JSON)
		take_tls(f);
}

/* A document or a container of some. */
static void
take_bytes(struct file *f, struct str bytes)
{
	const struct unpack_sink sink = {
	    begin_document, add_bytes, end_document, f};
	unsigned before = f->found;
	struct err err;

	if (!unpack_is_container(bytes)) {
		begin_document(f, S(""));
		(void)add_bytes(f, bytes);
		end_document(f, true);
		return;
	}
	/* what else is in it is told once, not for each file */
	f->text = true;
	if (!unpack_each(bytes, &sink, &err)) {
		f->r->broken++;
		reports_gap(f->r, f->path, err.text);
	} else if (f->found == before) {
		f->r->broken++;
		reports_gap(f->r, f->path,
		    _("it is packed as a report, and holds none"));
	}
}

/* Does it begin as a report, or as something that may hold one? */
static bool
is_wanted(const struct mime_part *part, struct str body)
{
	struct str trimmed = str_trim(str_head(body, 4096));

	if (unpack_is_container(body))
		return true;
	if (look(body) == DOCUMENT_NONE || mime_is(part, S("text/html")))
		return false;
	/* prose, with a report pasted into it */
	if (mime_is(part, S("text/plain")))
		return str_starts(trimmed, S("<?xml")) ||
		       str_starts(trimmed, S("<feedback")) ||
		       str_starts(trimmed, S("{"));
	return true;
}

static void
take_failure(struct reports *r, struct str body)
{
	char text[IP_TEXT];
	struct arf arf;

	if (!arf_parse(body, &arf) || !str_eq_fold(arf.type, S("auth-failure")))
		return;
	r->failures += arf.incidents;
	if (!ip_is_none(&arf.source))
		(void)counted_add(&r->failed_ips, &r->arena,
		    str_z(ip_text(&arf.source, text)));
}

static bool
is_report(struct str message)
{
	return unpack_is_container(message) || look(message) != DOCUMENT_NONE;
}

static void
take_parts(struct file *f, struct str message)
{
	struct mime *mime = xcalloc(1, sizeof(*mime));

	mime_parse(message, mime);
	for (size_t i = 0; i < mime->n; i++) {
		const struct mime_part *part = &mime->parts[i];
		struct str body;

		if (mime_is_multipart(part) || mime_is_message(part))
			continue;
		body = mime_body(f->a, part, REPORTS_MESSAGE);
		if (mime_is(part, S("message/feedback-report"))) {
			take_failure(f->r, body);
			f->found++;
			continue;
		}
		f->text = mime_is(part, S("text/plain")) ||
			  !str_starts(part->type, S("application/"));
		if (is_wanted(part, body))
			take_bytes(f, body);
	}
	free(mime);
}

static void
take_message(
    struct reports *r, struct str message, const struct letter_place *place)
{
	struct arena a = {0};
	struct file f = {.r = r, .path = place->path, .a = &a};

	r->messages++;
	r->bytes += message.n;
	if (is_report(message))
		take_bytes(&f, message);
	else
		take_parts(&f, message);
	r->empty += f.found == 0;
	if (place->cut)
		reports_gap(r, place->path,
		    _("it is too large: only its first part was read"));
	free(f.rows);
	free(f.kept);
	arena_done(&a);
}

static void
on_gap(void *arg, struct str path, struct str sentence)
{
	char text[256];
	size_t n = sentence.n < sizeof(text) ? sentence.n : sizeof(text) - 1;

	memcpy(text, sentence.p, n);
	text[n] = '\0';
	reports_gap(arg, path, text);
}

void
reports_read(
    struct reports *r, struct mailbox *mailbox, _Atomic uint64_t *progress)
{
	struct letter_place place;
	struct str message;

	r->first = WALL_NONE;
	r->last = WALL_NONE;
	mailbox_room(mailbox, REPORTS_MESSAGE);
	mailbox_on_gap(mailbox, on_gap, r);
	while (mailbox_next(mailbox, &message, &place)) {
		take_message(r, message, &place);
		if (progress != NULL)
			atomic_store_explicit(progress,
			    mailbox_consumed(mailbox), memory_order_relaxed);
	}
}

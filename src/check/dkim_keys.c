/* SPDX-License-Identifier: ISC */
/*
 *	mail._domainkey.tienda.example v=DKIM1; p=MIIB...
 *
 *	mail._domainkey	IN	TXT	( "v=DKIM1; h=sha256; k=rsa; "
 *	  "p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A..." )  ; ----- DKIM key mail for x
 *
 * A name without a domain, as in the second, is of any domain that is asked
 * for: who names the file says that the key is his.
 */
#include "check/dkim_keys.h"

#include "mail/field.h"
#include "mail/tag_list.h"

#include <stdlib.h>

static const struct str label = S0("._domainkey");

/* Up to the line end behind the strings, or to the bracket that closes. */
static size_t
quoted_size(struct str s)
{
	bool in = false, brackets = false, any = false;
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (in && c == '\\')
			i++;
		else if (c == '"')
			in = !in, any = true;
		else if (!in && c == '(')
			brackets = true;
		else if (!in && ((c == ')' && brackets) ||
				    (c == '\n' && !brackets && any)))
			break;
	}
	return i < s.n ? i : s.n;
}

/* The strings in quotes joined. */
static struct str
join_quoted(struct arena *a, struct str s)
{
	char *text = arena_alloc(a, s.n + 1);
	bool in = false;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (in && c == '\\' && i + 1 < s.n)
			text[n++] = s.p[++i];
		else if (c == '"')
			in = !in;
		else if (in)
			text[n++] = c;
	}
	return (struct str){text, n};
}

static void
add(struct dkim_keys *keys, struct str name, struct str record)
{
	if (!str_has(record, S("p=")))
		return;
	VEC_ROOM(keys->records, keys->records_n, keys->records_cap);
	keys->records[keys->records_n++] =
	    (struct dkim_record){str_keep(&keys->arena, dns_name_trim(name)),
		str_keep(&keys->arena, record)};
}

size_t
dkim_keys_add(struct dkim_keys *keys, struct str text)
{
	size_t before = keys->records_n;
	struct str line, rest = text;

	for (; field_line(&rest, &line);) {
		struct str whole = str_trim(line), name;
		size_t n = 0;

		while (n < whole.n && whole.p[n] != ' ' && whole.p[n] != '\t')
			n++;
		name = str_head(whole, n);
		whole = str_trim(str_skip(whole, n));
		if (str_find(name, label) == name.n)
			continue;
		if (str_chr(whole, '"') < whole.n) {
			/* to the end of the text: it may take several lines */
			struct str more = {
			    whole.p, (size_t)(text.p + text.n - whole.p)};

			more = str_head(more, quoted_size(more));
			add(keys, name, join_quoted(&keys->arena, more));
			rest = (struct str){more.p + more.n,
			    (size_t)(text.p + text.n - more.p) - more.n};
		} else {
			add(keys, name, whole);
		}
	}
	return keys->records_n - before;
}

void
dkim_keys_done(struct dkim_keys *keys)
{
	for (size_t i = 0; i < keys->opened_n; i++) {
		dkim_key_close(&keys->opened[i]->key);
		free(keys->opened[i]);
	}
	free(keys->records);
	dns_book_done(&keys->book);
	arena_done(&keys->arena);
	*keys = (struct dkim_keys){0};
}

static const struct str *
find_file(const struct dkim_keys *keys, struct str name, struct str selector)
{
	for (size_t i = 0; i < keys->records_n; i++) {
		struct str known = keys->records[i].name;

		if (dns_name_eq(known, name))
			return &keys->records[i].record;
		/* "mail._domainkey" alone */
		if (known.n == selector.n + label.n &&
		    str_eq_fold(str_head(known, selector.n), selector) &&
		    str_ends(known, label))
			return &keys->records[i].record;
	}
	return NULL;
}

/* Empty: no name is that long. */
static struct str
name_of(const struct dkim_signature *s, char buf[DNS_NAME_TEXT])
{
	const struct str parts[] = {s->selector, label, S("."), s->domain};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].n > DNS_NAME_TEXT - n)
			return S("");
		memcpy(buf + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	return (struct str){buf, n};
}

/* NULL: not asked. */
static const struct dns_answer *
ask(struct dkim_keys *keys, struct str name)
{
	const struct dns_answer *answer;

	if (keys->resolver == NULL)
		return NULL;
	answer = dns_book_get(&keys->book, name, DNS_TXT);
	if (answer != NULL)
		return answer;
	if (keys->asked == DKIM_KEYS_ASKED) {
		keys->refused++;
		return NULL;
	}
	keys->asked++;
	(void)dns_book_ask(&keys->book, keys->resolver);
	return dns_book_get(&keys->book, name, DNS_TXT);
}

/* 6.1.2: of several records the one that is a key. */
static struct str
choose(const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->n; i++) {
		struct dkim_key key;

		dkim_key_parse(answer->records[i].text, &key);
		if (key.fault == DKIM_KEY_READABLE ||
		    key.fault == DKIM_KEY_REVOKED)
			return answer->records[i].text;
	}
	return answer->n > 0 ? answer->records[0].text : S("");
}

/* A mailbox has thousands of signatures of one key; to read it takes longer
 * than to check one. Records stay where they are. */
static const struct dkim_key *
key_of(struct dkim_keys *keys, struct str record, struct dkim_key *spare)
{
	struct dkim_opened *o;

	for (size_t i = 0; i < keys->opened_n; i++)
		if (keys->opened[i]->record.p == record.p &&
		    keys->opened[i]->record.n == record.n)
			return &keys->opened[i]->key;
	if (keys->opened_n == DKIM_KEYS_OPEN) {
		dkim_key_parse(record, spare);
		return spare;
	}
	o = keys->opened[keys->opened_n++] = xcalloc(1, sizeof(*o));
	o->record = record;
	dkim_key_parse(record, &o->key);
	dkim_key_open(&o->key);
	return &o->key;
}

void
dkim_keys_verify(struct dkim_keys *keys, const struct dkim_signature *signature,
    struct str header, struct str body, bool whole, wall_us at,
    struct dkim_verdict *ret_verdict)
{
	char buf[DNS_NAME_TEXT];
	struct str name;
	const struct dns_answer *answer;
	const struct str *record;
	struct str found;
	struct dkim_key key = {0};

	*ret_verdict = (struct dkim_verdict){.state = DKIM_UNASKED};
	if (signature->fault != DKIM_READABLE) {
		dkim_verify(
		    signature, &key, header, body, whole, at, ret_verdict);
		return;
	}
	name = name_of(signature, buf);
	if (name.n == 0)
		return;
	record = find_file(keys, name, signature->selector);
	if (record != NULL) {
		found = *record;
	} else {
		answer = ask(keys, name);
		if (answer == NULL)
			return;
		if (answer->status == DNS_NO_NAME ||
		    answer->status == DNS_NO_DATA)
			ret_verdict->state = DKIM_KEY_GONE;
		if (answer->status != DNS_OK)
			return;
		found = choose(answer);
	}
	dkim_verify(signature, key_of(keys, found, &key), header, body, whole,
	    at, ret_verdict);
}

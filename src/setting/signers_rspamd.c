/* SPDX-License-Identifier: ISC */
/*
 *	selector = "dkim"; path = "/var/lib/rspamd/dkim/$domain.$selector.key";
 *	domain { a.example { selector = "x"; path = "/y"; } }
 *
 * rspamd.com/doc/modules/dkim_signing.html. selectors = [ {..}, {..} ] of a
 * domain is read the same way: each pair of braces is a key.
 */
#include "setting/signers_part.h"

/* Where a reader of rspamd's configuration is. */
struct ucl {
	struct signers *signers;
	struct str file, domain;
	struct str paths[2]; /* of the whole, and between inner braces */
	struct signers_maps maps;
	size_t first; /* signer of these braces */
	uint32_t line;
	int depth;
	bool in_domains;
};

/* The key off the front, with or without quotes: key = value, key: value,
 * "key" value. */
static struct str
ucl_key(struct str *text)
{
	struct str key;
	size_t n = 0;

	*text = str_trim(*text);
	if (str_eat(text, S("\"")))
		return str_take(text, '"');
	while (n < text->n && strchr(" \t=:", text->p[n]) == NULL)
		n++;
	key = str_head(*text, n);
	*text = str_skip(*text, n);
	return key;
}

/* What stood before a ';', a brace or the end of the line. */
static void
ucl_statement(struct ucl *u, struct str text)
{
	struct str key = ucl_key(&text), value = signers_value(text);

	if (str_eq(key, S("selector_map")))
		u->maps.selectors = signers_table(value);
	else if (str_eq(key, S("path_map")))
		u->maps.paths = signers_table(value);
	else if (str_eq(key, S("path")))
		u->paths[u->depth >= 2] = value;
	else if (str_eq(key, S("selector")))
		(void)signers_add(
		    u->signers, u->domain, value, u->file, u->line);
}

static void
ucl_open(struct ucl *u, struct str name)
{
	name = ucl_key(&name);
	if (u->depth == 0)
		u->in_domains = str_eq(name, S("domain"));
	else if (u->depth == 1 && u->in_domains)
		u->domain = name;
	u->first = u->signers->n;
	u->depth++;
}

static void
ucl_close(struct ucl *u)
{
	if (u->depth == 0)
		return;
	if (u->depth >= 2 && u->paths[1].n > 0)
		signers_paths(u->signers, u->first, u->paths[1]);
	u->paths[1] = (struct str){NULL, 0};
	u->first = u->signers->n;
	if (--u->depth <= 1)
		u->domain = (struct str){NULL, 0};
}

void
signers_rspamd(struct signers *s, struct str file, struct str text,
    struct signers_maps *ret_maps)
{
	struct ucl u = {.signers = s, .file = file};
	struct str line;

	while (signers_line(&text, &u.line, &line)) {
		while (line.n > 0) {
			struct str head;
			size_t n = 0;

			while (n < line.n && strchr(";{}", line.p[n]) == NULL)
				n++;
			head = str_head(line, n);
			if (n < line.n && line.p[n] == '{')
				ucl_open(&u, head);
			else
				ucl_statement(&u, head);
			if (n < line.n && line.p[n] == '}')
				ucl_close(&u);
			line = str_skip(line, n + 1);
		}
	}
	u.maps.path = u.paths[0];
	*ret_maps = u.maps;
}

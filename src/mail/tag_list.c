/* SPDX-License-Identifier: ISC */
/*
 *	v=1; a=rsa-sha256;
 *		d=tienda.example; s=mail ; h=From:To;b=	dzdVyOfAKCdLXd...
 *
 * Names are compared as they stand: their case counts. Of two tags of one name
 * RFC 6376 3.2 makes the whole list invalid; who must know asks tag_next.
 */
#include "mail/tag_list.h"

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
tag_next(struct str *rest, struct tag *ret_tag)
{
	struct str all = str_trim(*rest);
	size_t n = 0, at, end;

	if (all.n == 0) {
		*rest = all;
		return false;
	}
	while (n < all.n && is_name(all.p[n]))
		n++;
	for (at = n; at < all.n && is_blank(all.p[at]); at++)
		;
	if (n == 0 || at == all.n || all.p[at] != '=')
		return false;
	/* to the end of what was given: its last blanks are signed, too */
	all.n = (size_t)(rest->p + rest->n - all.p);
	end = at + str_chr(str_skip(all, at), ';');
	ret_tag->name = str_head(all, n);
	ret_tag->whole = (struct str){all.p + at + 1, end - at - 1};
	ret_tag->value = str_trim(ret_tag->whole);
	*rest = str_skip(all, end + 1);
	return true;
}

struct str
tag_find(struct str list, struct str name)
{
	struct tag tag;

	while (tag_next(&list, &tag))
		if (str_eq(tag.name, name))
			return tag.value.p == NULL ? S("") : tag.value;
	return (struct str){NULL, 0};
}

bool
tag_part(struct str *rest, struct str *ret_part)
{
	if (rest->n == 0)
		return false;
	*ret_part = str_trim(str_take(rest, ':'));
	return true;
}

/* SPDX-License-Identifier: ISC */
/*
 * A string is a pointer and a length, passed by value and never owned.
 * It may hold any byte, NUL included: a log line is whatever a stranger sent.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/* Only for literals; the compiler rejects a pointer. */
#define S(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define S0(lit)                                                                \
	{                                                                      \
		"" lit, sizeof(lit) - 1                                        \
	} /* in static tables */

/* For printf: "%.*s". Lengths above INT_MAX cannot occur, see LIMIT_LINE. */
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline struct str
str_z(const char *z)
{
	return (struct str){z, strlen(z)};
}

static inline bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && memcmp(s.p, head.p, head.n) == 0;
}

static inline bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0;
}

/* Without the first n bytes; empty when there are fewer. */
static inline struct str
str_skip(struct str s, size_t n)
{
	return n >= s.n ? (struct str){NULL, 0}
			: (struct str){s.p + n, s.n - n};
}

/* The first n bytes, or all when there are fewer. */
static inline struct str
str_head(struct str s, size_t n)
{
	return (struct str){s.p, n < s.n ? n : s.n};
}

/* If s starts with head, drop it from *s and return true. */
static inline bool
str_eat(struct str *s, struct str head)
{
	if (!str_starts(*s, head))
		return false;
	*s = (struct str){s->p + head.n, s->n - head.n};
	return true;
}

/*
 * Take the bytes up to the first sep, or to the end, off the front of *rest;
 * the sep is dropped. Returns an empty slice once *rest is empty.
 */
struct str str_take(struct str *rest, char sep);

/* Position of needle in s, or s.n when it is not there. */
size_t str_find(struct str s, struct str needle);
size_t str_chr(struct str s, char c);
size_t str_rchr(struct str s, char c);

static inline bool
str_has(struct str s, struct str needle)
{
	return str_find(s, needle) < s.n || needle.n == 0;
}

/* ASCII case folded; the locale is never asked. */
bool str_eq_fold(struct str a, struct str b);
size_t str_find_fold(struct str s, struct str needle);

static inline bool
str_has_fold(struct str s, struct str needle)
{
	return str_find_fold(s, needle) < s.n || needle.n == 0;
}

/* Without leading and trailing blanks, tabs, CR and LF. */
struct str str_trim(struct str s);

/*
 * Decimal digits at the front of *s, at most max_digits of them and no more
 * than UINT64_MAX. Advances *s behind them; false (and *s untouched) when
 * there is none or too many.
 */
bool str_u64(struct str *s, int max_digits, uint64_t *ret_value);

/* 64-bit hash, the same in every run. Not for keys that need a secret. */
uint64_t str_hash(struct str s);
uint64_t str_hash_fold(struct str s); /* ASCII letters folded first */

/*
 * The same with the secret of the run (base/secret.h), for texts of strangers
 * that nothing else is compared with: nobody outside can make two that share a
 * key. It is another in each run, so nothing that a report shows may follow
 * from it. (XXH3 without a seed: 32 bytes whose first eight are the first of
 * its default secret have one hash whatever the next eight are.)
 */
uint64_t str_hash_keyed(struct str s);
uint64_t str_hash_fold_keyed(struct str s);

#endif

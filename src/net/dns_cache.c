/* SPDX-License-Identifier: ISC */
/*
 * The file: "sereno dns cache 1\n", then whose 8, hash of the rest 8, then
 * each answer: length of all 4, end (seconds) 8, type 2, name length 2, name,
 * body. Numbers as this machine writes them: a cache does not travel.
 */
#include "net/dns_cache.h"

#include "base/map.h"
#include "net/dns_body.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	ENTRIES = 200 * 1000, /* a day of a large range on every list */
	FILE_MAX = 64 * 1024 * 1024,
	ENTRY_HEAD = 16,
};

#define MAGIC "sereno dns cache 1\n"

struct entry {
	int64_t end;
	uint16_t type;
	uint16_t name_n;
	uint32_t n;    /* of name and body */
	uint8_t *data; /* name, then body */
};

struct dns_cache {
	uint64_t whose;
	struct map map;
	struct entry *entries;
	size_t n, cap;
};

struct dns_cache *
dns_cache_new(uint64_t whose)
{
	struct dns_cache *cache = xcalloc(1, sizeof(*cache));

	cache->whose = whose;
	return cache;
}

void
dns_cache_free(struct dns_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < cache->n; i++)
		free(cache->entries[i].data);
	free(cache->entries);
	map_done(&cache->map);
	free(cache);
}

static uint64_t
key_of(struct str name, uint16_t type)
{
	return str_hash_fold(dns_name_trim(name)) * 31 + type;
}

static bool
is_of(const struct entry *e, struct str name, uint16_t type)
{
	return e->type == type &&
	       dns_name_eq(
		   (struct str){(const char *)e->data, e->name_n}, name);
}

const uint8_t *
dns_cache_get(struct dns_cache *cache, struct str name, uint16_t type,
    int64_t now, size_t *ret_n)
{
	uint32_t *at = map_get(&cache->map, key_of(name, type));
	struct entry *e = at == NULL ? NULL : &cache->entries[*at];

	if (e == NULL || e->end <= now || !is_of(e, name, type))
		return NULL;
	dns_body_set_ttl(e->data + e->name_n, (uint32_t)(e->end - now));
	*ret_n = e->n - e->name_n;
	return e->data + e->name_n;
}

static void
put(struct dns_cache *cache, struct str name, uint16_t type, int64_t end,
    const uint8_t *body, size_t n)
{
	bool new;
	uint32_t *at;
	struct entry *e;

	if (cache->n == ENTRIES)
		return;
	at = map_put(&cache->map, key_of(name, type), &new);
	if (new) {
		VEC_ROOM(cache->entries, cache->n, cache->cap);
		*at = (uint32_t)cache->n;
		cache->entries[cache->n++] = (struct entry){0};
	}
	e = &cache->entries[*at];
	free(e->data);
	*e = (struct entry){.end = end,
	    .type = type,
	    .name_n = (uint16_t)name.n,
	    .n = (uint32_t)(name.n + n),
	    .data = xcalloc(1, name.n + n)};
	if (name.n > 0)
		memcpy(e->data, name.p, name.n);
	memcpy(e->data + name.n, body, n);
}

void
dns_cache_put(struct dns_cache *cache, struct str name, uint16_t type,
    int64_t now, const uint8_t *body, size_t n)
{
	uint32_t ttl;

	if (n < DNS_BODY_HEAD || name.n > DNS_NAME_TEXT)
		return;
	ttl = dns_body_ttl(body);
	if (dns_is_known(dns_body_status(body)) && ttl > 0)
		put(cache, name, type, now + ttl, body, n);
}

/* One entry off the front of *s. */
static bool
take_entry(struct dns_cache *cache, struct str *s, int64_t now)
{
	uint32_t n;
	int64_t end;
	uint16_t type, name_n;
	struct str data;

	if (s->n < ENTRY_HEAD)
		return false;
	memcpy(&n, s->p, 4);
	memcpy(&end, s->p + 4, 8);
	memcpy(&type, s->p + 12, 2);
	memcpy(&name_n, s->p + 14, 2);
	*s = str_skip(*s, ENTRY_HEAD);
	if (s->n < n || n < (uint32_t)name_n + DNS_BODY_HEAD ||
	    name_n > DNS_NAME_TEXT || n > DNS_BODY + DNS_NAME_TEXT)
		return false;
	data = str_head(*s, n);
	*s = str_skip(*s, n);
	/* A clock that was set back must not make it live for years. */
	if (end > now && end - now <= 24 * 3600)
		put(cache, str_head(data, name_n), type, end,
		    (const uint8_t *)data.p + name_n, n - name_n);
	return true;
}

static void
read_all(struct dns_cache *cache, struct str s, int64_t now)
{
	uint64_t whose, hash;

	if (!str_eat(&s, S(MAGIC)) || s.n < 16)
		return;
	memcpy(&whose, s.p, 8);
	memcpy(&hash, s.p + 8, 8);
	s = str_skip(s, 16);
	if (whose != cache->whose || hash != str_hash(s))
		return;
	while (s.n > 0 && take_entry(cache, &s, now))
		;
}

void
dns_cache_load(struct dns_cache *cache, int fd, int64_t now)
{
	off_t size = lseek(fd, 0, SEEK_END);
	size_t n = 0;
	char *buf;

	if (size <= 0 || size > FILE_MAX)
		return;
	buf = xcalloc(1, (size_t)size);
	while (n < (size_t)size) {
		ssize_t got = pread(fd, buf + n, (size_t)size - n, (off_t)n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	read_all(cache, (struct str){buf, n}, now);
	free(buf);
}

struct writing {
	char *p;
	size_t n, cap;
};

static void
append(struct writing *w, const void *p, size_t n)
{
	if (w->cap - w->n < n) {
		w->cap = (w->cap + n) * 2;
		w->p = xrealloc(w->p, w->cap, 1);
	}
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

static void
append_entry(struct writing *w, const struct entry *e)
{
	append(w, &e->n, 4);
	append(w, &e->end, 8);
	append(w, &e->type, 2);
	append(w, &e->name_n, 2);
	append(w, e->data, e->n);
}

static bool
write_all(int fd, const char *p, size_t n)
{
	size_t at = 0;

	if (ftruncate(fd, 0) != 0)
		return false;
	while (at < n) {
		ssize_t put = pwrite(fd, p + at, n - at, (off_t)at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += (size_t)put;
	}
	return true;
}

bool
dns_cache_save(const struct dns_cache *cache, int fd, int64_t now)
{
	struct writing w = {0};
	const size_t head = sizeof(MAGIC) - 1 + 16;
	uint64_t hash = 0;
	bool ok;

	append(&w, MAGIC, sizeof(MAGIC) - 1);
	append(&w, &cache->whose, 8);
	append(&w, &hash, 8);
	for (size_t i = 0; i < cache->n && w.n < FILE_MAX / 2; i++)
		if (cache->entries[i].end > now)
			append_entry(&w, &cache->entries[i]);
	hash = str_hash((struct str){w.p + head, w.n - head});
	memcpy(w.p + head - 8, &hash, 8);
	ok = write_all(fd, w.p, w.n);
	if (!ok)
		(void)ftruncate(fd, 0);
	free(w.p);
	return ok;
}

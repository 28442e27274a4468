/* SPDX-License-Identifier: ISC */
/*
 * gzip (RFC 1952) through ISA-L, which inflates several times faster than
 * zlib. A file may hold several members one behind the other (logs that were
 * joined with cat); what is no member behind the last one is padding and is
 * ignored, as gzip(1) does. The text is streamed, so a bomb costs time only.
 */
#include "base/lang.h"
#include "source/reader.h"

#include "base/limits.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

enum {
	GZIP_IN = 128 * 1024,
	GZIP_HEAD = 18, /* header and trailer of the shortest member */
};

struct gzip {
	struct inflate_state inflate;
	uint64_t at;   /* of the next byte to read from the file */
	bool file_end; /* no more to read there */
	bool between;  /* before a member, not inside one */
	uint64_t members;
	uint8_t in[GZIP_IN];
};

static bool
gzip_open(struct reader *r, struct err *err)
{
	struct gzip *g = xcalloc(1, sizeof(*g));

	(void)err;
	isal_inflate_init(&g->inflate);
	g->inflate.next_in = g->in;
	g->between = true;
	r->state = g;
	return true;
}

/* Keep what is left in front and read more behind it. */
static bool
gzip_refill(struct reader *r, struct gzip *g, struct err *err)
{
	size_t left = g->inflate.avail_in;
	ssize_t got;

	memmove(g->in, g->inflate.next_in, left);
	g->inflate.next_in = g->in;
	got = reader_pread(
	    r->source, g->in + left, sizeof(g->in) - left, g->at, err);
	if (got < 0)
		return false;
	g->file_end = got == 0;
	g->at += (uint64_t)got;
	r->consumed += (uint64_t)got;
	g->inflate.avail_in = (uint32_t)(left + (size_t)got);
	return true;
}

static bool
gzip_damage(const struct reader *r, const struct gzip *g, const char *what,
    struct err *err)
{
	return err_set(err, ERR_INPUT,
	    _("'%.*s' %s at about byte %llu; all before it was used"),
	    STR_ARG(r->source->path), what,
	    (unsigned long long)(g->at - g->inflate.avail_in));
}

/* Begin the next member. False at the end of the file. */
static bool
gzip_member(struct reader *r, struct gzip *g, struct err *err)
{
	const uint8_t *in;

	while (g->inflate.avail_in < GZIP_HEAD && !g->file_end)
		if (!gzip_refill(r, g, err))
			return false;
	in = g->inflate.next_in;
	if (g->inflate.avail_in < 3 || in[0] != 0x1f || in[1] != 0x8b ||
	    in[2] != 8) {
		if (g->members == 0)
			(void)gzip_damage(r, g, _("is not a gzip file"), err);
		return false;
	}
	isal_inflate_reset(&g->inflate);
	g->inflate.crc_flag = ISAL_GZIP;
	g->members++;
	g->between = false;
	return true;
}

/* One step of the inflater. False when nothing more can come. */
static bool
gzip_step(struct reader *r, struct gzip *g, struct err *err)
{
	struct inflate_state *s = &g->inflate;
	uint32_t in = s->avail_in, out = s->avail_out;
	int rc;

	if (s->avail_in == 0 && !g->file_end && !gzip_refill(r, g, err))
		return false;
	in = s->avail_in;
	rc = isal_inflate(s);
	if (rc == ISAL_INCORRECT_CHECKSUM)
		return gzip_damage(r, g, _("fails its checksum"), err);
	if (rc < 0 || rc == ISAL_NEED_DICT)
		return gzip_damage(r, g, _("is damaged"), err);
	if (s->block_state == ISAL_BLOCK_FINISH) {
		g->between = true;
		return true;
	}
	if (s->avail_in == in && s->avail_out == out && (g->file_end || in > 0))
		return gzip_damage(r, g, _("ends in the middle"), err);
	return true;
}

static size_t
gzip_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	struct gzip *g = r->state;

	g->inflate.next_out = (uint8_t *)to;
	g->inflate.avail_out = (uint32_t)n;
	while (g->inflate.avail_out > 0) {
		if (g->between && !gzip_member(r, g, err))
			break;
		if (!gzip_step(r, g, err))
			break;
	}
	return n - g->inflate.avail_out;
}

static void
gzip_close(struct reader *r)
{
	free(r->state);
}

const struct reader_form reader_gzip = {
    .open = gzip_open,
    .fill = gzip_fill,
    .close = gzip_close,
};

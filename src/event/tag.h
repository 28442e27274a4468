/* SPDX-License-Identifier: ISC */
/*
 * Tags that were read before: "postfix/smtpd[12]: ". One is found by its last
 * bytes, in which its pid is, and is the same when all its bytes are. Only for
 * line.c.
 */
#ifndef EVENT_TAG_H
#define EVENT_TAG_H

#include "base/bytes.h"
#include "event/line.h"

/* Where the tag at the front of s ends, of which there are LINE_TAG_HEAD bytes;
 * 0: it is too long, or too short. */
static inline size_t
tag_end(struct str s)
{
	bytes_lane colon = (bytes_lane){} + (uint8_t)':';
	unsigned mask =
	    bytes_mask((bytes_lane)(bytes_load16(s.p) == colon)) |
	    bytes_mask((bytes_lane)(bytes_load16(s.p + 16) == colon)) << 16;
	size_t n;

	if (mask != 0)
		n = (size_t)__builtin_ctz(mask) + 2;
	else
		n = bytes_chr(str_head(s, LINE_TAG_MAX), ':') + 2;
	return n < LINE_TAG_END || n > LINE_TAG_MAX || n > s.n ? 0 : n;
}

/* The number of a tag that ends so. */
static inline uint32_t
tag_number(uint64_t end)
{
	_Static_assert(LINE_TAGS == 1 << 7, "seven bits");
	return 1 + (uint32_t)(end * UINT64_C(0x9e3779b97f4a7c15) >> 57);
}

/* Keeps it, if it would be found again. Returns its number, or 0. */
static inline uint32_t
tag_keep(struct line_tags *tags, struct str text, size_t program, uint64_t pid)
{
	uint32_t number;
	struct line_tag *tag;
	uint64_t end;

	if (text.n < LINE_TAG_END || text.n > LINE_TAG_MAX ||
	    bytes_chr(text, ':') + 2 != text.n)
		return 0;
	end = bytes_load8(text.p + text.n - LINE_TAG_END);
	number = tag_number(end);
	tag = &tags->at[number];
	memcpy(
	    tag->head, text.p, text.n < LINE_TAG_HEAD ? text.n : LINE_TAG_HEAD);
	tag->end = end;
	tag->mask = (uint32_t)((UINT64_C(1) << (text.n < LINE_TAG_HEAD
						    ? text.n
						    : LINE_TAG_HEAD)) -
			       1);
	tag->n = (uint8_t)text.n;
	tag->program_n = (uint8_t)program;
	tag->pid = pid;
	tag->known = NULL;
	return number;
}

/* The tag at the front of rest and the text behind it, if it is kept. */
static inline bool
tag_split_known(const struct line_tags *tags, struct str rest, struct line *ret)
{
	const struct line_tag *tag;
	uint32_t number;
	uint64_t end;
	size_t n;

	if (tags == NULL || rest.n < LINE_TAG_HEAD || (n = tag_end(rest)) == 0)
		return false;
	end = bytes_load8(rest.p + n - LINE_TAG_END);
	number = tag_number(end);
	tag = &tags->at[number];
	if (tag->n != n || tag->end != end ||
	    !bytes_is_same32(rest.p, tag->head, tag->mask))
		return false;
	ret->tag = number;
	ret->program.p = rest.p;
	ret->program.n = tag->program_n;
	ret->pid = tag->pid;
	ret->text.p = rest.p + n;
	ret->text.n = rest.n - n;
	return true;
}

#endif

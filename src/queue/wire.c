/* SPDX-License-Identifier: ISC */
#include "queue/wire.h"

/* What has a fixed size, in front of kinds, id and path. */
struct fixed {
	uint8_t kind, state;
	uint16_t queue;
	int32_t why;
	uint16_t parts_n, id_n, path_n;
	uint32_t more;
	uint64_t text;
};

size_t
wire_put(char *to, const struct wire *wire)
{
	struct fixed fixed = {.kind = (uint8_t)wire->kind,
	    .state = (uint8_t)wire->state,
	    .queue = (uint16_t)wire->queue,
	    .why = wire->why,
	    .parts_n = (uint16_t)wire->parts_n,
	    .id_n = (uint16_t)str_head(wire->id, QUEUE_ID).n,
	    .path_n = (uint16_t)str_head(wire->path, QUEUE_PATH).n,
	    .more = (uint32_t)wire->more,
	    .text = wire->text};
	char *p = to;

	memcpy(p, &fixed, sizeof(fixed));
	p += sizeof(fixed);
	for (size_t i = 0; i < wire->parts_n; i++)
		*p++ = (char)wire->kinds[i];
	if (fixed.id_n > 0)
		memcpy(p, wire->id.p, fixed.id_n);
	p += fixed.id_n;
	if (fixed.path_n > 0)
		memcpy(p, wire->path.p, fixed.path_n);
	p += fixed.path_n;
	return (size_t)(p - to);
}

bool
wire_get(struct str *bytes, struct wire *ret_wire)
{
	struct fixed fixed;
	struct str rest = *bytes;

	if (rest.n < sizeof(fixed))
		return false;
	memcpy(&fixed, rest.p, sizeof(fixed));
	rest = str_skip(rest, sizeof(fixed));
	if (fixed.kind > WIRE_END || fixed.state >= QUEUE_STATES ||
	    fixed.parts_n > QUEUE_PARTS ||
	    rest.n < (size_t)fixed.parts_n + fixed.id_n + fixed.path_n)
		return false;
	*ret_wire = (struct wire){.kind = fixed.kind,
	    .state = fixed.state,
	    .queue = fixed.queue,
	    .why = fixed.why,
	    .parts_n = fixed.parts_n,
	    .more = fixed.more,
	    .text = fixed.text};
	for (size_t i = 0; i < fixed.parts_n; i++)
		ret_wire->kinds[i] = (unsigned char)rest.p[i];
	rest = str_skip(rest, fixed.parts_n);
	ret_wire->id = str_head(rest, fixed.id_n);
	rest = str_skip(rest, fixed.id_n);
	ret_wire->path = str_head(rest, fixed.path_n);
	*bytes = str_skip(rest, fixed.path_n);
	return true;
}

/* SPDX-License-Identifier: ISC */
#include "mail/base64.h"

int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

size_t
base64_decode(struct str in, char *out, size_t max)
{
	uint32_t bits = 0;
	int have = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.n && n < max && in.p[i] != '='; i++) {
		int value = base64_value(in.p[i]);

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 0xff);
		}
	}
	return n;
}

struct str
base64_encode(struct arena *a, const unsigned char *bytes, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = arena_alloc(a, (n + 2) / 3 * 4 + 1);
	size_t at = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;

		bits |= i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= i + 2 < n ? bytes[i + 2] : 0;
		to[at++] = letters[bits >> 18];
		to[at++] = letters[bits >> 12 & 63];
		to[at++] = i + 1 < n ? letters[bits >> 6 & 63] : '=';
		to[at++] = i + 2 < n ? letters[bits & 63] : '=';
	}
	return (struct str){to, at};
}

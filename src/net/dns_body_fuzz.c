/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a DNS message and as a body: what is made of a message reads
 * back, and no record of another type gets in. The first byte picks the type.
 */
#include "net/dns_body.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_answer(const struct dns_answer *answer, uint16_t type)
{
	assert((answer->n > 0) == (answer->status == DNS_OK));
	for (size_t i = 0; i < answer->n; i++) {
		const struct dns_record *r = &answer->records[i];

		assert(r->type == type);
		/* Touch all of it. */
		(void)str_hash(r->name);
		(void)str_hash(r->text);
		(void)str_hash(r->data);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = {DNS_A, DNS_AAAA, DNS_TXT, DNS_MX,
	    DNS_PTR, DNS_NS, DNS_TLSA, DNS_CNAME};
	struct arena a = {0};
	struct dns_answer answer;
	uint8_t *body;
	uint16_t type;
	size_t n;

	if (size == 0)
		return 0;
	type = types[data[0] % ARRAY_LEN(types)];
	body = malloc(DNS_BODY);
	assert(body != NULL);
	n = dns_body_of_message(data + 1, size - 1, type, DNS_INSECURE, body);
	if (n > 0) {
		assert(dns_body_read(&a, body, n, type, &answer) ||
		       type == DNS_TXT || type == DNS_A || type == DNS_AAAA);
	}
	if (dns_body_read(&a, data + 1, size - 1, type, &answer))
		check_answer(&answer, type);
	free(body);
	arena_done(&a);
	return 0;
}

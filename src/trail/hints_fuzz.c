/* SPDX-License-Identifier: ISC */
/* Any bytes as what signers log and as what receivers answer. */
#include "trail/hints.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hints h;
	struct str text = {(const char *)data, size};
	struct event e = {.kind = EVENT_DELIVERY,
	    .agent = AGENT_SMTP,
	    .status = STATUS_BOUNCED,
	    .code = 550,
	    .relay = S("mx.example.org"),
	    .reply = text};

	assert(ip_parse(S("192.0.2.9"), &e.relay_ip));
	hints_signer(&h, S("opendkim"), text, S("l"));
	hints_signer(&h, S("rspamd"), text, S("l"));
	hints_signer(&h, S("amavis"), text, S("l"));
	hints_event(&h, &e, S("l"));
	for (size_t i = 0; i < h.selectors_n; i++)
		assert(h.selectors[i].selector.n > 0 &&
		       str_chr(h.selectors[i].domain, '\n') ==
			   h.selectors[i].domain.n);
	for (size_t i = 0; i < h.outside_n; i++)
		assert(!ip_is_private(&h.outside[i].ip));
	hints_done(&h);
	return 0;
}

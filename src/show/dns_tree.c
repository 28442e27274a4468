/* SPDX-License-Identifier: ISC */
/* The records that an SPF record leads to, with the counter of lookups. */
#include "base/lang.h"
#include "letter/service.h"
#include "show/dns.h"

enum {
	INDENT = 2,
	INDENT_MAX = 24,
};

static struct str
node_note(struct arena *a, const struct spf_node *n)
{
	const struct service *service =
	    n->inner != NULL ? service_of_spf(n->name) : NULL;

	if (n->term.fault != SPF_FINE)
		return str_z(_(spf_fault_sentence(n->term.fault)));
	if (n->loop)
		return str_z(_("leads back to a record above it"));
	if (n->lost)
		return str_z(_("no answer"));
	if (n->macro)
		return str_z(_("depends on the message"));
	if (n->inner != NULL && n->inner->records == 0)
		return str_z(dns_is_known(n->inner->status)
				 ? _("no SPF record there")
				 : _("no answer"));
	if (n->is_void)
		return str_z(_("leads to nothing"));
	if (service != NULL)
		return str_z(service->name);
	if (n->addresses > 0)
		return arena_printf(a,
		    _n("%zu address", "%zu addresses", n->addresses),
		    n->addresses);
	return S("");
}

static void
branch_text(const struct screen *s, const struct spf_branch *b, size_t indent)
{
	for (const struct spf_node *n = b->nodes; n != NULL; n = n->next) {
		bool asks = n->term.fault == SPF_FINE && spf_asks(n->term.kind);
		struct str note = node_note(s->arena, n);
		size_t used;

		screen_gap(s, indent);
		used = screen_put(s, STYLE_DIM,
		    asks ? arena_printf(s->arena, "%2u ", n->lookups)
			 : S("   "));
		used += screen_put(s,
		    n->term.fault != SPF_FINE ? STYLE_ALARM : STYLE_PLAIN,
		    n->term.text);
		screen_wrap(s, indent + used, indent + 6,
		    arena_printf(s->arena, "%s%.*s", note.n > 0 ? "  " : "",
			STR_ARG(note)));
		if (n->inner != NULL)
			branch_text(s, n->inner,
			    indent < INDENT_MAX ? indent + INDENT : indent);
	}
}

void
dns_tree_text(const struct screen *s, const struct spf_tree *tree)
{
	screen_gap(s, INDENT);
	screen_wrap(s, INDENT, INDENT + 2,
	    arena_printf(s->arena,
		_("where the SPF record leads (%u of 10 lookups, %u of 2 "
		  "without anything):"),
		tree->lookups, tree->voids));
	branch_text(s, tree->top, INDENT * 2);
	putc('\n', s->out);
}

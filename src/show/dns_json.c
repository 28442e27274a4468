/* SPDX-License-Identifier: ISC */
#include "base/lang.h"
#include "letter/service.h"
#include "show/dns.h"
#include "show/gaps.h"
#include "show/spf.h"

#include <errno.h>

/* Of the branches of a tree; each level takes three of the writer's. */
enum {
	DEPTH_MAX = 7
};

static void
sources_json(struct json *j, const struct posture *p)
{
	json_array(j, "sources");
	for (size_t i = 0; i < p->sources_n; i++) {
		const struct reverse *r = &p->sources[i];

		json_object(j, NULL);
		json_ip(j, "ip", &r->ip);
		json_str(j, "why", r->why);
		json_str(j, "ptr_status", str_z(dns_status_name(r->status)));
		json_array(j, "names");
		for (size_t k = 0; k < r->n; k++) {
			json_object(j, NULL);
			json_str(j, "name", r->names[k].name);
			if (r->names[k].lost)
				json_null(j, "leads_back");
			else
				json_bool(j, "leads_back", r->names[k].back);
			json_bool(j, "generic", r->names[k].generic);
			json_end(j);
		}
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void
results_json(struct json *j, const char *key, const struct posture *p,
    const struct spf_outcome *outcomes)
{
	json_array(j, key);
	for (size_t i = 0; i < p->sources_n; i++) {
		json_object(j, NULL);
		json_ip(j, "ip", &p->sources[i].ip);
		spf_outcome_json(j, &outcomes[i]);
		json_end(j);
	}
	json_end(j);
}

static void
helos_json(struct json *j, const struct posture *p)
{
	json_array(j, "helos");
	for (size_t i = 0; i < p->helos_n; i++) {
		const struct helo *h = &p->helos[i];

		json_object(j, NULL);
		json_str(j, "name", h->name);
		json_str(j, "why", h->why);
		json_array(j, "addresses");
		for (size_t k = 0; k < h->n; k++)
			json_ip(j, NULL, &h->ips[k]);
		json_end(j);
		results_json(j, "spf", p, p->helo_outcomes[i]);
		json_end(j);
	}
	json_end(j);
}

static void
relays_json(struct json *j, const struct posture_case *c)
{
	json_array(j, "relays");
	for (size_t i = 0; i < c->relays_n; i++) {
		json_object(j, NULL);
		json_str(j, "host", c->relays[i].host);
		json_str(j, "service",
		    str_z(c->relays[i].name != NULL ? c->relays[i].name : ""));
		json_str(j, "why", c->relays[i].why);
		json_end(j);
	}
	json_end(j);
}

static void
branch_json(
    struct json *j, const char *key, const struct spf_branch *b, int depth)
{
	json_object(j, key);
	json_str(j, "domain", b->domain);
	json_str(j, "status", str_z(dns_status_name(b->status)));
	json_u64(j, "records", b->records);
	json_str(j, "record", b->record);
	json_array(j, "terms");
	for (const struct spf_node *n = b->nodes;
	     n != NULL && depth < DEPTH_MAX; n = n->next) {
		const struct service *service =
		    n->inner != NULL ? service_of_spf(n->name) : NULL;

		json_object(j, NULL);
		json_str(j, "term", n->term.text);
		json_str(j, "fault", str_z(spf_fault_name(n->term.fault)));
		json_u64(j, "lookups", n->lookups);
		json_str(j, "name", n->name);
		json_bool(j, "void", n->is_void);
		json_bool(j, "loop", n->loop);
		json_bool(j, "no_answer", n->lost);
		json_u64(j, "addresses", n->addresses);
		if (service != NULL)
			json_str(j, "service", str_z(service->name));
		if (n->inner != NULL)
			branch_json(j, "record", n->inner, depth + 1);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
spf_part_json(
    struct json *j, const struct posture *p, const struct posture_domain *d)
{
	json_object(j, "spf");
	json_u64(j, "lookups", d->tree.lookups);
	json_u64(j, "void_lookups", d->tree.voids);
	results_json(j, "results", p, d->outcomes);
	if (d->proposal.n > 0) {
		json_object(j, "proposal");
		json_str(j, "name", d->name);
		json_str(j, "type", S("TXT"));
		json_str(j, "value", d->proposal);
		results_json(j, "results", p, d->after);
		json_end(j);
	}
	branch_json(j, "tree", d->tree.top, 0);
	json_end(j);
}

/* Of the private keys only what the world may know. */
static void
privates_json(struct json *j, const struct posture_key *k)
{
	static const char *const states[KEY_FILE_STATES] = {
	    [KEY_FILE_READ] = "read",
	    [KEY_FILE_LOCKED] = "passphrase",
	    [KEY_FILE_NO_KEY] = "no-key",
	    [KEY_FILE_LOST] = "unread"};

	json_array(j, "signer_keys");
	for (size_t i = 0; i < k->privates_n; i++) {
		const struct posture_selector *s = k->privates[i];
		const struct key_file *file = s->file;

		json_object(j, NULL);
		json_str(j, "path", s->path);
		json_str(j, "why", s->why);
		json_str(j, "state",
		    file != NULL
			? str_z(states[file->state])
			: str_z(s->error == ENOENT ? "missing" : "unread"));
		if (file != NULL && file->state == KEY_FILE_READ) {
			json_str(j, "algorithm",
			    file->type == KEY_FILE_RSA ? S("rsa")
						       : S("ed25519"));
			json_u64(j, "bits", file->bits);
			json_bool(j, "published",
			    k->records > 0 &&
				key_record_matches(k->text, file));
		}
		json_end(j);
	}
	json_end(j);
}

static void
dkim_json(struct json *j, const struct posture_domain *d)
{
	json_object(j, "dkim");
	json_u64(j, "names_asked", d->keys_asked);
	json_array(j, "keys");
	for (size_t i = 0; i < d->keys_n; i++) {
		const struct posture_key *k = &d->keys[i];

		json_object(j, NULL);
		json_str(j, "selector", k->selector);
		json_str(j, "name", k->name);
		json_str(j, "why", k->why);
		json_str(j, "status", str_z(dns_status_name(k->status)));
		json_u64(j, "records", k->records);
		json_str(j, "text", k->text);
		if (k->records > 0) {
			json_str(j, "algorithm",
			    k->key.type == DKIM_KEY_RSA ? S("rsa")
							: S("ed25519"));
			json_u64(j, "bits", k->key.bits);
			json_bool(j, "revoked", k->key.revoked);
			json_bool(j, "test", k->key.testing);
			json_bool(j, "valid", k->key.fault == KEY_FINE);
		}
		privates_json(j, k);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
dmarc_json(struct json *j, const struct dmarc *d)
{
	json_object(j, "dmarc");
	json_str(j, "organisational_domain", d->organisation);
	json_str(j, "policy", str_z(dmarc_policy_name(d->policy)));
	json_str(j, "policy_of",
	    d->policy_at != NULL ? d->policy_at->domain : S(""));
	json_str(
	    j, "record", d->policy_at != NULL ? d->policy_at->record : S(""));
	json_object(j, "rfc7489");
	json_str(j, "policy", str_z(dmarc_policy_name(d->old_policy)));
	json_str(j, "policy_of", d->old_at != NULL ? d->old_at->domain : S(""));
	json_end(j);
	json_array(j, "asked");
	for (size_t i = 0; i < d->stops_n; i++) {
		json_object(j, NULL);
		json_str(j, "domain", d->stops[i].domain);
		json_str(
		    j, "status", str_z(dns_status_name(d->stops[i].status)));
		json_u64(j, "records", d->stops[i].records);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
policy_json(struct json *j, const struct sts *sts)
{
	static const char *const states[POLICY_STATES] = {
	    [POLICY_FETCHED] = "fetched",
	    [POLICY_UNREACHED] = "unreached",
	    [POLICY_PRIVATE] = "private",
	    [POLICY_UNTRUSTED] = "untrusted",
	    [POLICY_NO_TRUST] = "unchecked",
	    [POLICY_HTTP] = "http",
	    [POLICY_TOO_LONG] = "too-long"};

	if (sts == NULL || sts->answer == NULL)
		return;
	json_object(j, "mta_sts_policy");
	json_str(j, "state", str_z(states[sts->answer->state]));
	json_u64(j, "http", sts->answer->http);
	json_str(j, "mode", str_z(sts_mode_name(sts->policy.mode)));
	json_u64(j, "max_age", sts->policy.max_age);
	json_array(j, "mx");
	for (size_t i = 0; i < sts->policy.mx_n; i++)
		json_str(j, NULL, sts->policy.mx[i]);
	json_end(j);
	json_end(j);
}

static void
inbound_json(struct json *j, const struct inbound *in)
{
	json_object(j, "inbound");
	json_str(j, "status", str_z(dns_status_name(in->status)));
	json_bool(j, "null_mx", in->null);
	json_array(j, "mx");
	for (size_t i = 0; i < in->n; i++) {
		json_object(j, NULL);
		json_str(j, "name", in->hosts[i].name);
		json_u64(j, "preference", in->hosts[i].preference);
		json_u64(j, "addresses", in->hosts[i].addresses);
		json_u64(j, "tlsa", in->hosts[i].tlsa);
		json_str(j, "tlsa_dnssec",
		    str_z(dns_security_name(in->hosts[i].tlsa_security)));
		json_end(j);
	}
	json_end(j);
	json_str(j, "mta_sts", in->sts);
	policy_json(j, in->policy);
	json_str(j, "tls_rpt", in->tls_rpt);
	json_end(j);
}

static void
weaknesses_json(struct json *j, const struct weaknesses *w)
{
	static const char *const severities[LEVELS] = {
	    [LEVEL_BROKEN] = "critical",
	    [LEVEL_WEAK] = "warning",
	    [LEVEL_HINT] = "info"};

	for (const struct weakness *k = w->first; k != NULL; k = k->next) {
		enum weakness_level level = weakness_level(k->id);

		json_object(j, NULL);
		json_str(j, "code", S("dns-weakness"));
		json_str(j, "weakness", str_z(weakness_code(k->id)));
		json_str(j, "severity", str_z(severities[level]));
		json_str(j, "about", k->about);
		json_str(j, "sentence", k->sentence);
		json_str(j, "why", str_z(_(weakness_why(k->id))));
		if (k->advice.n > 0)
			json_str(j, "advice", k->advice);
		if (k->publish.name.n > 0) {
			json_object(j, "publish");
			json_str(j, "name", k->publish.name);
			json_str(j, "type", str_z(k->publish.type));
			json_str(j, "value", k->publish.value);
			json_end(j);
		}
		json_end(j);
	}
}

static void
findings_part_json(struct json *j, const struct posture *p)
{
	json_array(j, "findings");
	weaknesses_json(j, &p->weaknesses);
	for (size_t i = 0; i < p->domains_n; i++)
		weaknesses_json(j, &p->domains[i].weaknesses);
	json_end(j);
}

static void
summary_json(struct json *j, const struct dns_view *view)
{
	struct arena scratch = {0};
	size_t n[LEVELS];

	posture_sum(view->p, n);
	json_object(j, "resolver");
	json_str(j, "text", view->resolver);
	json_u64(j, "questions", view->asked);
	json_number(j, "seconds", (double)view->took / 1e6);
	json_end(j);
	json_object(j, "summary");
	json_u64(j, "broken", n[LEVEL_BROKEN]);
	json_u64(j, "weak", n[LEVEL_WEAK]);
	json_u64(j, "hints", n[LEVEL_HINT]);
	json_str(j, "sentence", dns_headline(view, &scratch));
	json_end(j);
	arena_done(&scratch);
}

void
dns_json(const struct dns_view *view, FILE *out)
{
	const struct posture *p = view->p;
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "schema", S("sereno/dns/1"));
	json_str(&j, "sereno", S(SERENO_VERSION));
	json_str(&j, "host", view->host);
	json_time(&j, "at", view->at);
	summary_json(&j, view);
	findings_part_json(&j, p);
	sources_json(&j, p);
	helos_json(&j, p);
	relays_json(&j, p->c);
	json_array(&j, "domains");
	for (size_t i = 0; i < p->domains_n; i++) {
		const struct posture_domain *d = &p->domains[i];

		json_object(&j, NULL);
		json_str(&j, "domain", d->name);
		json_str(&j, "why", d->why);
		spf_part_json(&j, p, d);
		dkim_json(&j, d);
		dmarc_json(&j, &d->dmarc);
		inbound_json(&j, &d->inbound);
		json_end(&j);
	}
	json_end(&j);
	gaps_json(&j, view->notes, view->notes_n);
	json_end(&j);
	json_done(&j);
}

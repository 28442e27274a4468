/* SPDX-License-Identifier: ISC */
#include "mail/dmarc_tag.h"

#include "mail/xml_mend.h"

static const struct {
	struct str name;
	enum dmarc_tag tag;
} tags[] = {
    {S0("feedback"), TAG_FEEDBACK},
    {S0("report_metadata"), TAG_METADATA},
    {S0("org_name"), TAG_ORG},
    {S0("email"), TAG_EMAIL},
    {S0("report_id"), TAG_ID},
    {S0("error"), TAG_ERROR},
    {S0("date_range"), TAG_RANGE},
    {S0("begin"), TAG_BEGIN},
    {S0("end"), TAG_END},
    {S0("policy_published"), TAG_POLICY},
    {S0("domain"), TAG_DOMAIN},
    {S0("p"), TAG_P},
    {S0("sp"), TAG_SP},
    {S0("pct"), TAG_PCT},
    {S0("testing"), TAG_TESTING},
    {S0("record"), TAG_RECORD},
    {S0("row"), TAG_ROW},
    {S0("source_ip"), TAG_SOURCE},
    {S0("count"), TAG_COUNT},
    {S0("policy_evaluated"), TAG_EVALUATED},
    {S0("disposition"), TAG_DISPOSITION},
    {S0("dkim"), TAG_DKIM},
    {S0("spf"), TAG_SPF},
    {S0("reason"), TAG_REASON},
    {S0("type"), TAG_TYPE},
    {S0("identifiers"), TAG_IDENTIFIERS},
    {S0("identities"), TAG_IDENTIFIERS}, /* drafts before 2012 */
    {S0("header_from"), TAG_HEADER_FROM},
    {S0("envelope_from"), TAG_ENVELOPE_FROM},
    {S0("envelope_to"), TAG_ENVELOPE_TO},
    {S0("auth_results"), TAG_RESULTS},
    {S0("selector"), TAG_SELECTOR},
    {S0("result"), TAG_RESULT},
    {S0("version"), TAG_PLAIN},
    {S0("extra_contact_info"), TAG_PLAIN},
    {S0("generator"), TAG_PLAIN},
    {S0("adkim"), TAG_PLAIN},
    {S0("aspf"), TAG_PLAIN},
    {S0("np"), TAG_PLAIN},
    {S0("fo"), TAG_PLAIN},
    {S0("version_published"), TAG_PLAIN},
    {S0("discovery_method"), TAG_PLAIN},
    {S0("extension"), TAG_PLAIN},
    {S0("comment"), TAG_PLAIN},
    {S0("scope"), TAG_PLAIN},
    {S0("human_result"), TAG_PLAIN},
};

enum dmarc_tag
dmarc_tag(struct str name)
{
	name = xml_local(name);
	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (str_eq(tags[i].name, name))
			return tags[i].tag;
	return TAG_NONE;
}

bool
dmarc_tag_is_known(struct str name)
{
	return dmarc_tag(name) != TAG_NONE;
}

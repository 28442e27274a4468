/* SPDX-License-Identifier: ISC */
/*
 * Panels' commands, as their manuals and sources have them:
 *
 *	plesk bin mail			docs.plesk.com, "mail: Mail Accounts"
 *	uapi Email suspend_login	api.docs.cpanel.net, email-suspensions
 *	/etc/virtual/blacklist_*	docs.directadmin.com, "Exim black/whitelists"
 *	zmprov ma zimbraAccountStatus	wiki.zimbra.com, "Zmprov"
 *	vmail.mailbox			iRedMail's iredmail.mysql, dovecot-sql.conf
 *	mailbox.active			mailcow's functions.auth.inc.php
 *	setup email restrict		docker-mailserver's setup(8)
 *	v-suspend-mail-account		hestiacp.com, "CLI Reference"
 *	vmoduser			vpopmail's vmoduser.c
 *
 * None of them was tried on such a machine: that is said in README.
 */
#include "finding/panel.h"

#include "base/lang.h"

/* mailcow's programs run in containers. */
#define COMPOSE "docker compose -f /opt/mailcow-dockerized/docker-compose.yml "
#define COW_SQL(active)                                                        \
	COMPOSE "exec mysql-mailcow sh -c 'mysql -u\"$MYSQL_USER\" "           \
		"-p\"$MYSQL_PASSWORD\" \"$MYSQL_DATABASE\" -e \"UPDATE "       \
		"mailbox SET active=" active                                   \
		" WHERE username=\\\"{account}\\\"\"' && " COMPOSE             \
		"exec dovecot-mailcow doveadm auth cache flush {account}"
#define RED_SQL(on)                                                            \
	"UPDATE mailbox SET enablesmtp=" on ", enablesmtpsecured=" on          \
	" WHERE username='{account}'"
#define UAPI(what)                                                                  \
	"uapi --user=\"$(/usr/local/cpanel/scripts/whoowns {domain})\" Email " what \
	" email={account}"
#define SU_ZIMBRA(command) "su - zimbra -c '" command "'"
#define ZIMBRA_POSTCONF    "/opt/zimbra/common/sbin/postconf "
#define HESTIA(dir, what)                                                      \
	dir what " \"$(" dir "v-search-domain-owner {domain})\" {domain} "     \
		 "{local}"
#define VIRTUAL "/etc/virtual/blacklist_"
#define FIREWALL                                                               \
	N_("refuse {address} in the firewall in front of this server: that "   \
	   "ends it, and the others go on")
#define FOLDER                                                                 \
	"deny condition = ${if match{$initial_cwd}{\\N^{folder}(/|$)\\N}}"

static const struct panel {
	struct str name, edition, mta; /* edition, mta: empty is any */
	struct mta_act acts[ADVICES];
} panels[] = {
    {S0("Plesk"), S0(""), S0(""),
	{[ADVICE_LOGIN] = {"plesk bin mail --update {account} -passwd "
			   "\"$(openssl rand -base64 18)#1aB\"",
	     N_("give the mailbox a password that nobody knows, now: that ends "
		"it; its owner gets a new one the same way"),
	     NULL}}},
    {S0("cPanel"), S0(""), S0("exim"),
	{[ADVICE_LOGIN] = {UAPI("suspend_login"), NULL,
	     UAPI("unsuspend_login")},
	    [ADVICE_USER] = {"whmapi1 suspend_outgoing_email user={user}", NULL,
		"whmapi1 unsuspend_outgoing_email user={user}"},
	    [ADVICE_FOLDER] = {FOLDER,
		N_("a line for the field custom_begin_outgoing_notsmtp_"
		   "checkall of WHM's Exim Configuration Manager, Advanced "
		   "Editor: refuses what is sent from this folder and nothing "
		   "else, until you take it out again"),
		NULL}}},
    {S0("DirectAdmin"), S0(""), S0("exim"),
	{[ADVICE_LOGIN] = {"echo \"{account}:$(date +%s)\" >> " VIRTUAL
			   "smtp_usernames",
	     NULL, "sed -i '/^{pattern}:/d' " VIRTUAL "smtp_usernames"},
	    [ADVICE_USER] = {"echo {user}\":$(date +%s)\" >> " VIRTUAL
			     "script_usernames",
		NULL, "sed -i \"/^\"{user}\":/d\" " VIRTUAL "script_usernames"},
	    [ADVICE_FOLDER] = {FOLDER,
		N_("a line for /etc/exim.acl_script.pre.conf, which "
		   "DirectAdmin's exim.conf takes in: refuses what is sent "
		   "from this folder and nothing else, until you take it out "
		   "again; then systemctl restart exim"),
		NULL}}},
    {S0("Zimbra"), S0(""), S0("postfix"),
	{[ADVICE_LOGIN] =
		{SU_ZIMBRA("zmprov ma {account} zimbraAccountStatus locked"),
		    NULL,
		    SU_ZIMBRA(
			"zmprov ma {account} zimbraAccountStatus active")},
	    [ADVICE_WEBMAIL] =
		{"zgrep -ho 'name={account};.*oip=[^;]*' "
		 "/opt/zimbra/log/mailbox.log* | grep -o 'oip=.*' | sort | uniq "
		 "-c | sort -n",
		    N_("look from which addresses webmail was used as "
		       "{account}: this log does not tell"),
		    NULL},
	    [ADVICE_RELAY] = {SU_ZIMBRA(
				  "zmprov gs $(zmhostname) zimbraMtaMyNetworks "
				  "&& postconf mynetworks "
				  "smtpd_relay_restrictions"),
		NULL, NULL},
	    [ADVICE_CLIENT] = {"", FIREWALL, NULL},
	    [ADVICE_SESSIONS] = {SU_ZIMBRA("zmmtactl reload"), NULL, NULL},
	    [ADVICE_USER] = {ZIMBRA_POSTCONF
		"-e 'authorized_submit_users=!'\"$(id -nu "
		"{uid}), $(" ZIMBRA_POSTCONF "-h authorized_submit_users)\"",
		NULL,
		ZIMBRA_POSTCONF
		"-h authorized_submit_users | sed "
		"'s/^/authorized_submit_users=/; s/!'\"$(id -nu {uid})\"', "
		"//' | xargs -d '\\n' " ZIMBRA_POSTCONF "-e"},
	    [ADVICE_RECIPIENTS] =
		{SU_ZIMBRA("postconf local_recipient_maps relay_recipient_maps "
			   "virtual_alias_maps"),
		    NULL, NULL}}},
    {S0("iRedMail"), S0("PGSQL"), S0("postfix"),
	{[ADVICE_LOGIN] = {"su - postgres -c \"psql -d vmail -c \\\"" RED_SQL(
			       "0") "\\\"\"",
	     NULL,
	     "su - postgres -c \"psql -d vmail -c \\\"" RED_SQL(
		 "1") "\\\"\""}}},
    {S0("iRedMail"), S0("LDAP"), S0("postfix"),
	{[ADVICE_LOGIN] = {"",
	     N_("take smtp and smtpsecured out of enabledService of {account} "
		"in the LDAP directory, now: that ends it; put them back when "
		"it has another password"),
	     NULL}}},
    {S0("iRedMail"), S0("MYSQL"), S0("postfix"),
	{[ADVICE_LOGIN] = {"mysql vmail -e \"" RED_SQL("0") "\"", NULL,
	     "mysql vmail -e \"" RED_SQL("1") "\""}}},
    {S0("mailcow"), S0(""), S0("postfix"),
	{[ADVICE_LOGIN] = {COW_SQL("2"), NULL, COW_SQL("1")},
	    [ADVICE_RELAY] = {COMPOSE "exec postfix-mailcow postconf "
				      "mynetworks smtpd_relay_restrictions",
		NULL, NULL},
	    [ADVICE_CLIENT] = {"", FIREWALL, NULL},
	    [ADVICE_SESSIONS] = {COMPOSE "exec postfix-mailcow postfix reload",
		NULL, NULL},
	    [ADVICE_RECIPIENTS] = {COMPOSE
		"exec postfix-mailcow postconf local_recipient_maps "
		"relay_recipient_maps virtual_alias_maps",
		NULL, NULL}}},
    {S0("docker-mailserver"), S0(""), S0("postfix"),
	{[ADVICE_LOGIN] = {"docker exec mailserver setup email restrict add "
			   "send {account}",
	     NULL,
	     "docker exec mailserver setup email restrict del send {account}"},
	    [ADVICE_CLIENT] = {"", FIREWALL, NULL},
	    [ADVICE_SESSIONS] = {"docker exec mailserver postfix reload", NULL,
		NULL}}},
    {S0("HestiaCP"), S0(""), S0(""),
	{[ADVICE_LOGIN] = {HESTIA("/usr/local/hestia/bin/",
			       "v-suspend-mail-account"),
	     NULL,
	     HESTIA("/usr/local/hestia/bin/", "v-unsuspend-mail-account")}}},
    {S0("VestaCP"), S0(""), S0(""),
	{[ADVICE_LOGIN] = {HESTIA("/usr/local/vesta/bin/",
			       "v-suspend-mail-account"),
	     NULL,
	     HESTIA("/usr/local/vesta/bin/", "v-unsuspend-mail-account")}}},
    {S0("vpopmail"), S0(""), S0("qmail"),
	{[ADVICE_LOGIN] = {"/home/vpopmail/bin/vmoduser -s {account}",
	     N_("forbid the mailbox SMTP with a login, now: that ends it; then "
		"give it another password"),
	     "/home/vpopmail/bin/vmoduser -x {account}"}}},
};

static const struct server *
server_named(const struct servers *servers, struct str name)
{
	for (size_t i = 0; servers != NULL && i < servers->n; i++)
		if (str_eq(servers->items[i].name, name))
			return &servers->items[i];
	return NULL;
}

const struct mta_act *
panel_act(
    const struct servers *servers, const struct mta *mta, enum mta_advice which)
{
	for (size_t i = 0; i < ARRAY_LEN(panels); i++) {
		const struct panel *panel = &panels[i];
		const struct server *server =
		    server_named(servers, panel->name);

		if (server == NULL || panel->acts[which].command == NULL ||
		    (panel->mta.n > 0 &&
			(mta == NULL ||
			    !str_eq(panel->mta, str_z(mta->name)))) ||
		    !str_has(server->edition, panel->edition))
			continue;
		return &panel->acts[which];
	}
	return NULL;
}

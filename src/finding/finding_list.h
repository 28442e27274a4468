/* SPDX-License-Identifier: ISC */
/* Every kind of finding, one per line. A later one may look at what the
 * earlier ones found. */
FINDING(stolen_login)
FINDING(web_script)
FINDING(feature_abuse)
FINDING(local_user)
FINDING(open_relay)
FINDING(proxied_relay)
FINDING(relay_weakness)
FINDING(backscatter_source)
FINDING(autoresponder)
FINDING(forwarded_spam)
FINDING(list_bombing)
FINDING(bulk_mail)
FINDING(mail_loop)
FINDING(sleeper_account)
FINDING(password_spraying)
FINDING(provider_block)

# SPDX-License-Identifier: ISC
"""OpenSMTPD 7.6: a program in a local user's crontab sends spam; another local
user, root and the mailboxes write honest mail. The log knows local users by
their senders only."""
from lab.scenarios import exim_cron_local_user

SETTING = {"people": 8, "days": 2, "server": "opensmtpd"}
build = exim_cron_local_user.build

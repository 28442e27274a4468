# SPDX-License-Identifier: ISC
"""Sendmail: a program in a local user's crontab sends spam through the local
submission program; another local user and the mailboxes write honest mail."""
from lab.scenarios import exim_cron_local_user

SETTING = {"people": 8, "days": 2, "server": "sendmail"}
build = exim_cron_local_user.build

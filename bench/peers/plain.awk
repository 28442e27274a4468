# SPDX-License-Identifier: ISC
# The same trail as one writes it at the first go: an expression for each field.
#	LC_ALL=C mawk -f plain.awk /var/log/mail.log
# It says what trail.awk says, which is tuned to mawk; administrators have this.
{
	id = $1 ~ /^[0-9]/ ? $4 : $6	# 2026-11-21T.. or Nov 21 ..
	sub(/:$/, "", id)
}
match($0, /client=[^ ]*\[[^]]*\]/) {
	delete account[id]
	address = substr($0, RSTART, RLENGTH - 1)
	sub(/.*\[/, "", address)
	if (match($0, /orig_queue_id=[^, ]*/)) {
		first = substr($0, RSTART + 14, RLENGTH - 14)
		if (first in account)
			account[id] = account[first]
	} else if (match($0, /sasl_username=[^, ]*/)) {
		account[id] = user = substr($0, RSTART + 14, RLENGTH - 14)
		messages[user]++
		if (!((user, address) in seen)) {
			seen[user, address]
			addresses[user]++
		}
	}
}
match($0, /pickup.* uid=[0-9]*/) {
	user = substr($0, RSTART, RLENGTH)
	sub(/.* /, "", user)
	account[id] = user
	messages[user]++
}
match($0, /status=[a-z]*/) && id in account && !/relay=127.0.0.1[^ ]*:10024,/ {
	result[account[id], substr($0, RSTART + 7, RLENGTH - 7)]++
}
/: removed$/ { delete account[id] }
END {
	for (u in messages)
		print messages[u], addresses[u] + 0, result[u, "sent"] + 0,
		    result[u, "deferred"] + 0, result[u, "bounced"] + 0, u
}

# SPDX-License-Identifier: ISC
# The whole trail as a one-off script: which account sent how many messages,
# from how many addresses, to how many recipients with what result.
#	LC_ALL=C mawk -f trail.awk /var/log/mail.log
# Queue ids join the lines; a content filter's second id leads to the first.
# Every test is a plain search, which is what mawk is fast at.
NR == 1 { q = $1 ~ /^[0-9]/ ? 4 : 6 }	# 2026-11-21T.. or Nov 21 ..

/: removed$/ { delete of[$q]; next }

/: to=</ {
	if (($q in of) && !index($0, "relay=127.0.0.1[127.0.0.1]:10024")) {
		if (index($0, "status=sent"))
			sent[of[$q]]++
		else if (index($0, "status=deferred"))
			deferred[of[$q]]++
		else
			bounced[of[$q]]++
	}
	next
}

/: client=/ {
	if (i = index($0, "sasl_username=")) {
		u = substr($0, i + 14)
		sub(/,.*/, "", u)
		of[$q] = u
		messages[u]++
		ip = $(q + 1)
		sub(/.*\[/, "", ip)
		if (!((u, ip) in seen)) {
			seen[u, ip]
			ips[u]++
		}
	} else if (i = index($0, "orig_queue_id=")) {
		id = substr($0, i + 14)
		sub(/,.*/, ":", id)
		if (id in of)
			of[$q] = of[id]
	} else {
		delete of[$q]	# an id used again
	}
	next
}

/pickup/ && $(q + 1) ~ /^uid=/ {
	of[$q] = $(q + 1)
	messages[$(q + 1)]++
}

END {
	for (u in messages)
		print messages[u], ips[u] + 0, sent[u] + 0, deferred[u] + 0,
		    bounced[u] + 0, u
}

# bash completion for sereno(1)
# printed by sereno config --bash; do not edit
_sereno()
{
	local cur=${COMP_WORDS[COMP_CWORD]} option= command= i
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	# bash cuts --log=FILE into three words
	[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $cur != = ]] || cur=
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) option=${COMP_WORDS[i]} ;;
		*) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;
		esac
	done
	COMPREPLY=()
	if [[ $cur != -* ]]; then
		case $option in
		--log | --php-log | --web-log | --geoip | --own | --bounces | --reports | --key | --resolver | --stub | --anchor | --helo | --selector | --list)
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
			;;
		esac
	fi
	case $prev in
	--queue | --root)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--mta | --imap-password-file | --imap-ca | --sts-ca | --sts-server | --lists-conf | --cache | --store | --done | --watch | --sender | --recipient | --origin | --subject | --campaign | --rate | --jobs | --top | --older | --since | --until | --now)
		return
		;;
	--mark)
		mapfile -t COMPREPLY < <(compgen -W "asked refused done open" -- "$cur")
		return
		;;
	--state)
		mapfile -t COMPREPLY < <(compgen -W "incoming active deferred held corrupt maildrop todo inflight pending hold frozen quarantined suspended lost" -- "$cur")
		return
		;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W "account ip sender script uid domain" -- "$cur")
		return
		;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "recipients messages refused spam ips last name" -- "$cur")
		return
		;;
	--lang)
		mapfile -t COMPREPLY < <(compgen -W "en es" -- "$cur")
		return
		;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur")
		return
		;;
	esac
	local words=
	case $command in
	'') words="check trace origins queue listed delist history dns spf bounces headers reports config help --help --version" ;;
	check) words="--log --queue --mta --root --php-log --web-log --geoip --own --imap-password-file --imap-ca --imap-plain --bounces --reports --key --offline --resolver --stub --anchor --helo --sts-ca --sts-server --lists-conf --rate --cache --no-cache --store --no-store --since --until --now --jobs --why --unknown --top --nagios --quiet --json --lang --color --help --version" ;;
	trace) words="--log --queue --mta --root --php-log --web-log --since --until --now --jobs --top --quiet --json --lang --color --help --version" ;;
	origins) words="--log --queue --mta --root --php-log --web-log --since --until --now --jobs --by --sort --top --quiet --json --lang --color --help --version" ;;
	queue) words="list campaigns show --queue --mta --root --sender --recipient --origin --subject --state --older --campaign --now --jobs --top --quiet --json --lang --color --help --version" ;;
	listed) words="--queue --root --own --resolver --stub --anchor --list --extended --lists-conf --rate --cache --no-cache --store --no-store --watch --nagios --quiet --json --lang --color --help --version" ;;
	delist) words="--log --queue --mta --root --own --offline --resolver --stub --anchor --helo --sts-ca --sts-server --lists-conf --rate --cache --no-cache --store --no-store --mark --done --since --until --now --jobs --quiet --json --lang --color --help --version" ;;
	history) words="--root --store --since --top --quiet --json --lang --color --help --version" ;;
	dns) words="wizard --queue --root --own --resolver --stub --anchor --helo --selector --sts-ca --sts-server --cache --no-cache --store --no-store --why --nagios --quiet --json --lang --color --help --version" ;;
	spf) words="--resolver --stub --anchor --cache --no-cache --quiet --json --lang --color --help --version" ;;
	bounces) words="--log --mta --root --geoip --own --imap-password-file --imap-ca --imap-plain --key --offline --resolver --stub --anchor --cache --no-cache --now --top --quiet --json --lang --color --help --version" ;;
	headers) words="--log --mta --root --own --imap-password-file --imap-ca --imap-plain --outer --key --offline --resolver --stub --anchor --cache --no-cache --now --quiet --json --lang --color --help --version" ;;
	reports) words="--log --mta --root --geoip --own --imap-password-file --imap-ca --imap-plain --offline --resolver --stub --anchor --cache --no-cache --now --top --quiet --json --lang --color --help --version" ;;
	config) words="--lang --color --help --version --man --bash --zsh" ;;
	help) words="check trace origins queue listed delist history dns spf bounces headers reports config help --lang --color --help --version" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _sereno sereno

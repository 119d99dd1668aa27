#!/bin/sh
# Writes the bash completion of qwc.  Commands and options come from its help; the words an
# option takes from its complaint about one that it does not know, `?`.
# usage: QWC=build/qwc tools/completion.sh >qwc.bash
set -eu
cd "$(dirname "$0")/.."

commands=$("$QWC" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *.*/\1/p')

# The options of a command, a line each: `--name`, `--name=META` or `--name[=META`.
options() {
    "$QWC" "$1" --help | sed -n 's/^  [- ][A-Za-z ][, ] \(--[a-z-]*\(\[\{0,1\}=[A-Z]*\)\{0,1\}\).*/\1/p'
}

# choices COMMAND OPTION: what it says that one may choose from.
choices() {
    "$QWC" "$1" "$2=?" '?' 2>&1 </dev/null | sed -n 's/.*choose from //p' | tr -d ,
}

echo '# bash completion for qwc; made from its help.'
echo '_qwc_options() {'
# shellcheck disable=SC2016 # for the shell that completes
echo '    case $1 in'
for command in $commands; do
    words=$(options "$command" | sed 's/\[=.*//; s/=.*/=/' | tr '\n' ' ')
    echo "    $command) echo '${words% }' ;;"
done
echo '    esac'
echo '}'
echo '_qwc_choices() {'
# shellcheck disable=SC2016 # for the shell that completes
echo '    case $1 in'
for command in $commands; do
    options "$command" | sed -n 's/\[\{0,1\}=\(NAME\|MODE\|WHEN\|LIST\)$//p' |
        while IFS= read -r option; do
            words=$(choices "$command" "$option")
            [ -z "$words" ] || echo "    $option) echo '$words' ;;"
        done
done | sort -u
words=$("$QWC" list '?' 2>&1 | sed -n 's/.*choose from //p' | tr -d ,)
echo "    list) echo '$words' ;;"
echo '    --passes | --run-pass) qwc list passes | cut -d" " -f1 | sort -u ;;'
echo '    --limit) qwc list limits | sed "1d; s/ .*/=/" ;;'
echo '    explain) qwc list codes | cut -d" " -f1 ;;'
echo '    esac'
echo '}'
echo "_qwc_commands='$(echo "$commands" | tr '\n' ' ' | sed 's/ $//')'"
cat <<'END'
_qwc() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} words
    # bash cuts `--x=v` into three words
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$_qwc_commands help --help --version"
    elif [ "$command" = help ]; then
        words=$_qwc_commands
    elif [ "${word#-}" != "$word" ]; then
        words=$(_qwc_options "$command")
    elif [ "${before#-}" != "$before" ]; then
        words=$(_qwc_choices "$before")
    else
        words=$(_qwc_choices "$command")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    case ${COMPREPLY[0]-} in *=) compopt -o nospace ;; esac
}
complete -o default -F _qwc qwc
END

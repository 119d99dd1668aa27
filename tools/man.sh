#!/bin/sh
# Writes qwc.1 and a page for every command, from what qwc prints as help; sections that
# help does not have come from docs/man/NAME.roff.
# usage: QWC=build/qwc tools/man.sh FOLDER
set -eu
cd "$(dirname "$0")/.."
folder=$1
version=$("$QWC" --version)

# page NAME ONE-LINE <help: the page to standard output.
page() {
    printf '.TH %s 1 "" "%s" "User Commands"\n' "$(echo "$1" | tr a-z- A-Z_ | tr _ -)" "$version"
    # shellcheck disable=SC1003 # roff writes a hyphen of a name as \-
    printf '.SH NAME\n%s \\- %s\n' "$(echo "$1" | sed 's/-/\\-/g')" "$2"
    awk -f tools/man.awk
    [ ! -e "docs/man/$1.roff" ] || cat "docs/man/$1.roff"
}

exit_statuses() {
    echo '.SH EXIT STATUS'
    sed -n '/^# Appendix D/,$s/^| \([0-9]*\) | \(.*\) |$/.TP\n.B \1\n\2/p' docs/language.md | tr -d '`'
}

commands=$("$QWC" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *.*/\1/p')
also=
for command in $commands; do
    what=$("$QWC" --help | sed -n "s/^  $command  *//p")
    {
        "$QWC" "$command" --help | page "qwc-$command" "$what"
        printf '.SH SEE ALSO\n.BR qwc (1)\n'
    } >"$folder/qwc-$command.1"
    also="$also${also:+,
}.BR qwc\\-$command (1)"
done
{
    {
        echo 'Usage: qwc COMMAND [arguments]'
        "$QWC" --help
    } | page qwc 'compile, run and judge tile kernels'
    exit_statuses
    printf '.SH SEE ALSO\n%s\n' "$also" | sed '/^.BR.*[^,]$/!s/,$/ ,/'
} >"$folder/qwc.1"

#!/bin/sh
# Writes qwc.1 and a page for every command, from what qwc prints as help, and qwrt.3 from the
# header; sections that neither has come from docs/man/NAME.roff.
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

# What is for callers in the header: prototypes, and the statuses as NAME NUMBER [COMMENT].
prototypes() {
    sed -n '/for callers/,/for emitted code/{/^[A-Za-z].*[(,]$/{N;s/\n  */ /}
        s/^\([A-Za-z].*);\).*/\1/p}' runtime/qwrt.h
}

statuses() {
    sed -n 's|^    \(QW_[A-Z_]*\) = \([0-9]*\),\{0,1\} *\(/\* \(.*\) \*/\)\{0,1\}$|\1 \2 \4|p' runtime/qwrt.h |
        sed -n '/^QW_OK/,$p'
}

# A status that is a code of the language has its words there.
return_value() {
    echo '.SH RETURN VALUE'
    echo 'An entry returns a status:'
    statuses | while read -r name number words; do
        code=E$(printf %04d "$number")
        case $number in
        0) words='the outputs are there' ;;
        [1-9]) ;;
        *) words="$("$QWC" list codes | sed -n "s/^$code  *//p") ($code)" ;;
        esac
        printf '.TP\n.BR %s " (%s)"\n%s\n' "$name" "$number" "$words"
    done
}

library_page() {
    printf '.TH QWRT 3 "" "%s" "Library Functions"\n' "$version"
    printf '.SH NAME\nqwrt \\- run kernels that qwc compiled\n.SH SYNOPSIS\n.nf\n'
    printf '.B #include <qwrt.h>\n.PP\n'
    prototypes | sed 's/.*/.B "&"/'
    echo .fi
    cat docs/man/qwrt.roff
    return_value
    cat docs/man/qwrt-end.roff
}

commands=$("$QWC" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *.*/\1/p')
also=
for command in $commands; do
    what=$("$QWC" --help | sed -n "s/^  $command  *//p")
    {
        "$QWC" "$command" --help | page "qwc-$command" "$what"
        printf '.SH SEE ALSO\n.BR qwc (1)'
        [ "$command" != compile ] || printf ' ,\n.BR qwrt (3)'
        echo
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
    printf '.SH SEE ALSO\n%s,\n.BR qwrt (3)\n' "$also" | sed '/^.BR.*[^,]$/!s/,$/ ,/'
} >"$folder/qwc.1"
library_page >"$folder/qwrt.3"

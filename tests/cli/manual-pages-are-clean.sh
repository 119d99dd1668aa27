# Every command and the library have a page; groff has nothing to say about any; names of
# options, functions and statuses are there.
mkdir man
QWC=$QWC "$ROOT/tools/man.sh" "$PWD/man"
$QWC --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/man\/qwc-\1.1/p' | sort >commands
printf '%s\n' man/qwc.1 man/qwrt.3 >>commands
find man -type f | sort | diff commands - && echo "a page for every command"
for page in man/*; do
    groff -man -Tutf8 -ww -z "$page" 2>&1
    # the sections that every manual page has
    for section in NAME SYNOPSIS DESCRIPTION 'SEE ALSO'; do
        grep -q "^.SH $section$" "$page" || echo "$page: no $section"
    done
done
for name in $(sed -n '/^typedef enum QwStatus/,/^} QwStatus/p; /for callers/,/for emitted code/p' \
    "$ROOT/runtime/qwrt.h" | grep -o 'QW_[A-Z_]* =\|qw_[a-z_]*(' | tr -d ' =('); do
    grep -qw "$name" man/qwrt.3 || echo "qwrt.3: nothing about $name"
done
sed -n '/^.SH SYNOPSIS/,/^.SH DESC/p' man/qwrt.3 >synopsis
for name in $(sed -n '/for callers/,/for emitted code/p' "$ROOT/runtime/qwrt.h" | grep -v '^[ /]' |
    grep -o 'qw_[a-z_]*(' | tr -d '('); do
    grep -qw "$name" synopsis || echo "qwrt.3: no prototype of $name"
done
groff -man -Tascii man/qwc-run.1 2>/dev/null | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' | sed -n '/^SYNOPSIS/,/^OPTIONS/p'

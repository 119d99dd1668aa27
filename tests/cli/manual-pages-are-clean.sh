# Every command has a page; groff has nothing to say about any; names of options are there.
mkdir man
QWC=$QWC "$ROOT/tools/man.sh" "$PWD/man"
$QWC --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/man\/qwc-\1.1/p' | sort >commands
echo man/qwc.1 >>commands
find man -type f | sort | diff commands - && echo "a page for every command"
for page in man/*; do
    groff -man -Tutf8 -ww -z "$page" 2>&1
    # the sections that every manual page has
    for section in NAME SYNOPSIS DESCRIPTION 'SEE ALSO'; do
        grep -q "^.SH $section$" "$page" || echo "$page: no $section"
    done
done
groff -man -Tascii man/qwc-run.1 2>/dev/null | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' | sed -n '/^SYNOPSIS/,/^OPTIONS/p'

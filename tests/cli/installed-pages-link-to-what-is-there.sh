# Relative links of the installed pages lead to what is installed.
. "$TESTDIR/_installed.sh"
cd "$USR/share/doc/qwc" || exit
grep -o '](docs/\|](tests/' ./*.md
for page in *.md; do
    grep -o '\](\([^)# ]*\)' "$page" | cut -c 3- | grep -v '^https\?:' | while read -r link; do
        [ -z "$link" ] || [ -e "$link" ] || echo "$page: $link leads nowhere"
    done
done
grep -o '](../../qwc/kernels/README.md)' README.md

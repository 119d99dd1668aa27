# qwc bench: the rows of each format, with a second variant; no figures.
. "$TESTDIR/_configs.sh"
# shellcheck disable=SC2046
bench() { $QWC bench "$HEAD" $(common micro) $(head_steps micro) --rounds 2 --warmup 0 "$@"; }
bench --json | sed 's/:[-0-9.e+]*\([,}]\)/:N\1/g; s/"memory"\|"compute"/BOUND/'
bench --vs "--fusion=off --threads 1" --format=json | sed 's/.*"variant":\("[^"]*"\).*/\1/'
bench --format=csv | sed 's/,[0-9][0-9.]*/,N/g; s/memory\|compute/BOUND/'
bench --format=md --vs "-D config.VOCAB=512" | cut -d '|' -f 2,3
# words after -- are the program's
bench --format=md --vs "--threads 1 -- -b 1" | cut -d "|" -f 2,3
bench --json | awk -F '"roofline":' '{ r = $2 + 0; print (r >= 0 && r <= 1 ? "share" : "not a share") }'
bench -q --json --no-main | wc -l
# another program takes its turns: ready, then a line of milliseconds for each line
bench --json -q --peer "echo ready other; while read -r l; do echo 250; done" |
    sed -n 's/.*"kind":"peer","variant":"\([^"]*\)".*"median_ms":\([^,]*\),.*/\1 \2/p'

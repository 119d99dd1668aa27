# --trace: one slice a task, named by its scope, that a JSON reader takes.
. "$TESTDIR/_configs.sh"
# shellcheck disable=SC2046
$QWC run "$HEAD" $(common micro) $(head_steps micro) --threads 2 --trace t.json >out 2>&1 || cat out
sed -n 's/.*"ph":"X".*"name":"\([^"]*\)".*/\1/p' t.json | sort | uniq -c
sed -n 's/.*"ph":"X".*"args":{"index":[0-9]*,"line":[0-9]*,"flop":\([0-9]*\)}.*/\1/p' t.json | sort -n | uniq -c
if command -v python3 >/dev/null; then python3 -c 'import json; json.load(open("t.json"))'; fi
# shellcheck disable=SC2046
$QWC run "$HEAD" $(common micro) $(head_steps micro) --trace no/such/t.json >out 2>err
echo "$? $(head -n 1 err)"

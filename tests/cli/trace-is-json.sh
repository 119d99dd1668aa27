# --trace: one slice a task, named by its scope, with the values of the loop
# variables, the bytes of weights [32, 160], rows [8, 160] and logits [8, 32], and
# the operations of the product; a JSON reader takes it.  A table of the scopes.
. "$TESTDIR/_configs.sh"
# shellcheck disable=SC2046
$QWC run "$HEAD" $(common micro) $(head_steps micro) --threads 2 --trace t.json >out 2>&1 || cat out
sed -n 's/.*"ph":"X".*"name":"\([^"]*\)".*/\1/p' t.json | sort | uniq -c
sed -n 's/.*"name":"lm_head".*"args":{\(.*\)}}.*/\1/p' t.json | sort -u | sort -t : -k 2n -k 3n
awk '$2 == "lm_head" || $2 ~ /rmsnorm/ { print $2, $3, $5 + 0 <= 100.05, $6 + 0 <= 100, $7 + 0 <= 100 }' out
if command -v python3 >/dev/null; then python3 -c 'import json; json.load(open("t.json"))'; fi
# shellcheck disable=SC2046
$QWC run "$HEAD" $(common micro) $(head_steps micro) --trace no/such/t.json >out 2>err
echo "$? $(head -n 1 err)"

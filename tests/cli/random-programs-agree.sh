# Random programs give the same on every engine; mutants of the tests are refused or run.
# `make fuzz N=...` does more of both.
"$ROOT/tests/fuzz/run.sh" -q -n 240 -s 1 || exit 1
"$ROOT/tests/fuzz/run.sh" -m -n 100 -s 1

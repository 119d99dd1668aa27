# Appendix B of the language text does what the text says of it.
sed -n '/^# Appendix B/,/^# Appendix C/p' "$ROOT/docs/language.md" |
    sed -n '/^```python/,/^```$/p' | sed '1d;$d' >linear_silu.pl
run() { echo "-- $*"; $QWC run -q linear_silu.pl "$@"; echo "status $?"; }
run --save y=a.npy
run --save y=b.npy -D GROUP=3
cmp a.npy b.npy
run -D KC=100
run --golden=interp --no-main
run --no-golden -- -r 17
run --no-golden --engine=interp --check -- -r 17
$QWC check linear_silu.pl --tasks
$QWC compile -q linear_silu.pl --explain-fusion -o /dev/null | grep -o "taken   F1 ladder.*K = 512"
for engine in interp cc; do run --engine=$engine; done

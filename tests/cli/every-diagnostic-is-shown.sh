# Every code of the catalogue is shown fully rendered by the expectation of some test, and
# `qwc explain` has a text and an example of it. E0518 is for operations that are planned: there is none.
cd "$ROOT/tests" || exit 1
$QWC list codes | while read -r code _; do
    [ "$code" = E0518 ] || grep -qs "^\(error\|warning\|note\)\[$code\]: " \
        err/*.err limit/*.err run/*.stderr cli/*.stderr cli/*.stdout host/*.stderr ||
        echo "$code: no test shows it"
    $QWC explain "$code" >"$OLDPWD/text" || echo "$code: no text"
    grep -q '^    ' "$OLDPWD/text" || echo "$code: no example"
done
$QWC explain E9999; echo "status $?"

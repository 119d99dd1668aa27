# the interpreter measures nothing: no file is left behind that would say so
for more in --engine=interp --check; do
    $QWC run "$ROOT/examples/01_hello.pl" --trace t.json $more 2>&1
    echo "$?"
done
ls

$QWC run "$ROOT/examples/01_hello.pl" -v --threads 2 --isa ref | grep '^\[RUN\]   '
$QWC run "$ROOT/examples/01_hello.pl" -v --engine=interp | grep engine
$QWC run "$ROOT/examples/01_hello.pl" -q -v

# A bad command line is told on stderr with the nearest spelling, exit 2.
try() {
    echo "\$ qwc $*"
    $QWC "$@" 2>&1
    echo "exit $?"
}
try runn x.pl
try softmax.pl
try help runn
try run --enginee=jit x.pl
try run --engine=fast x.pl
try run --parallel=maybe x.pl
try run
try run a.pl b.pl
try run -D
try check --rtol=1 x.pl
try compile --golden x.pl
try compile --run-pass=fold -o y.ir x.ir
try run --engine=interp --fusion=verify x.pl
try run --check --fusion=verify x.pl
try run --limit unrol=3 x.pl
try run --limit unroll=0 x.pl
try run --isa sse2 x.pl
try run --color=blue x.pl
try run -Wall x.pl
try run --passes=ladder,foo x.pl
try run --dump-ir=foo x.pl
try run --rtol=-1 x.pl
try run --atol=nan x.pl
try run --save y=y.txt x.pl
try run --save y.npy x.pl
(export QWC_ISA=sse2 && try run x.pl)
(export QWC_THREADS=many && try run x.pl)
try explain E9999
try list oops
try run no-such-file.pl

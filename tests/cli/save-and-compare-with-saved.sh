# --save writes outputs; --golden=DIR and --golden=F.npz compare with what was saved.
. "$TESTDIR/_twice.sh"
twice good.pl "$X, $Y" "$GOOD"
try run good.pl -q --save all --save y=y.npz --save y=y.safetensors
find . -name '[ay]*' -type f | sort
try run good.pl -q --golden=all
try run good.pl -q --golden=y.npz
try run good.pl -q --golden=all --seed 1
try run good.pl -q --golden=nowhere
try run good.pl -q --save z=z.npy
try run good.pl -q --save y=nowhere/y.npy

# what a driver names as golden_data is in/ and out/
mkdir all/in
$PYTHON -c 'import numpy; numpy.save("all/in/x.npy", numpy.load("all/out/y.npy") / 2)'
cat >>good.pl <<'PL'


if __name__ == "__main__":
    from golden import run_jit

    print(run_jit(twice, build_tensor_specs(), golden_data="all").passed)
PL
try run good.pl -q

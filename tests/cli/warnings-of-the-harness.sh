# W1001 to W1004 and W1006: what a driver or its specs say in vain.
. "$TESTDIR/_twice.sh"

twice keyword.pl "TensorSpec(\"x\", [4, 8], torch.float32, init_value=torch.randn, pinned=True), $Y" "$GOOD"
try run keyword.pl -q --golden

# rebinding the name in the dict is no filling in place
twice untouched.pl "$X, $Y" 'y = t["y"]
    y = t["x"] * 2'
try run untouched.pl -q --golden -Wno-W0301

driver() { # FILE ARGUMENTS AFTER: a driver that runs the kernel
    twice "$1" "$X, $Y" "$GOOD"
    cat >>"$1" <<PL


if __name__ == "__main__":
    from golden import run_jit

    result = run_jit(twice, build_tensor_specs(), golden_fn=golden_twice$2)
    $3
PL
}
driver config.pl ', compile_cfg={"dump_pases": True}, runtime_cfg={"device_id": 0, "colour": 1}' 'print(result)'
try run config.pl -q
driver saves.pl ', save_data=True, runtime_dir="out"' 'print(result)'
try run saves.pl -q
[ ! -e out ] || echo "wrote out"

twice idle.pl "$X, $Y" "$GOOD"
cat >>idle.pl <<'PL'


if __name__ == "__main__":
    print("nothing to do")
PL
try run idle.pl
try run idle.pl -q --no-main --golden

driver ignores.pl ', rtol=0, atol=0' 'print(result.passed, result.error)'
sed -i 's/"x"\] \* 2/"x"] * 3/' ignores.pl
try run ignores.pl -q
driver says.pl ', rtol=0, atol=0' 'raise SystemExit(0 if result.passed else 7)'
sed -i 's/"x"\] \* 2/"x"] * 3/' says.pl
try run says.pl -q

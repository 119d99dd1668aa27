# --compare OUT=RULE:... judges one output by a rule of the golden module; --rtol and
# --atol replace the tolerances of the file.
. "$TESTDIR/_twice.sh"
twice off.pl 'TensorSpec("x", [4, 8], torch.float32, init_value=1.0), '"$Y" 't["y"][:] = 2.0
    t["y"][1, 3] = 2.5'
show() {
    echo "\$ qwc run off.pl --golden $*"
    $QWC run off.pl --golden "$@" 2>&1 | grep -v 'compile\|generate\|compute\|run \|validate'
    echo
}
show
show --atol 0.5
show --rtol 0.19
show --compare y=ratio_allclose:max_error_ratio=0.05
show --compare y=pass_rate_compare:threshold=0.99
show --compare y=ratio_reldif
show --compare z=ratio_allclose
show --compare y=topk_pair_compare:vals_name=y,dim=4294967296

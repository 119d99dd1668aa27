# Every kernel of the library passes on jit and interp, against its golden and against the
# interpreter, without a warning; also with sizes that leave partly valid tiles, or one row.
LIB=$ROOT/kernels
try() { # FILE OPTIONS...
    file=$1
    shift
    for e in jit interp; do
        for g in --golden --golden=interp; do
            $QWC run -q "$LIB/$file" --engine=$e $g "$@" >out 2>&1 && [ ! -s out ] || {
                echo "FAIL: $file --engine=$e $g $*"
                $QWC run "$LIB/$file" --engine=$e $g "$@" 2>&1
            }
        done
    done
}
for f in gemm/gemm_bias gemm/gemm_epilogue gemm/gemm_w8a8 gemm/gemm_w8a16 gemm/gemm_w4a16 norm/layer_norm \
    norm/add_rms_norm mlp/swiglu quant/quantize_rows quant/dequantize_rows sampling/top_k sampling/greedy; do
    try $f.pl
    try $f.pl -- -r 1
    try $f.pl --threads 2 -- -r 32
done
for f in attention/rope attention/prefill attention/kv_cache_append mlp/experts; do
    try $f.pl
    try $f.pl -- -t 1
    try $f.pl --threads 2 -- -t 64
done
for a in gelu relu; do try gemm/gemm_epilogue.pl -D "ACTIVATION='$a'"; done
for a in True False; do
    for b in True False; do try gemm/gemm_transposed.pl -D A_TRANS=$a -D B_TRANS=$b; done
done
for f in "$LIB"/[!q]*/*.pl "$LIB"/q[!w]*/*.pl; do
    $QWC check --strict -q "$f"
    $QWC run -q "$f" --engine=interp --check
done
$QWC run -q "$LIB/attention/kv_cache_append.pl" --no-golden --engine=interp --check --input slot_mapping=full:3 2>&1 | grep -o "error.E[0-9]*."
echo "end of test"

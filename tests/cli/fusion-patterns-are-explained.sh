# --explain-fusion names the patterns of chapter 12 that kernels of the library show, and where.
cp "$ROOT/kernels/gemm/gemm_epilogue.pl" "$ROOT/kernels/gemm/gemm_w8a16.pl" "$ROOT/kernels/gemm/gemm_bias.pl" .
for f in gemm_epilogue gemm_w8a16 gemm_bias; do
    $QWC compile $f.pl --explain-fusion -o k.c | grep -E ' F[0-9] '
done

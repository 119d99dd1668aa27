# libqwrt.so has a soname, needs the C library only, and shows the functions of qwrt.h, no others.
build=$(dirname "$QWC")
objdump -p "$build/libqwrt.so" | sed -n 's/^  \(SONAME\|NEEDED\)  */\1 /p' | grep -v -e 'san\.so' -e ld-linux
sed -n 's/^    \(qw_.*\);/\1/p' "$build/gen/qwrt.map" | sort >declared
nm -D --defined-only "$build/libqwrt.so" | sed -n 's/.* [TD] \(.*\)@@.*/\1/p' | grep -v '^QWRT' | sort >shown
# every name is declared in qwrt.h: the list is not empty, and has what a reader finds there
grep -c -x -e qw_ctx_new -e qw_gemm_bf16 -e qw_strerror declared
diff declared shown && echo "shown: what qwrt.h declares"

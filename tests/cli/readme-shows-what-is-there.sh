# The README: its kernel is the example's, its session prints what is shown, the commands of its table work.
mkdir build
ln -s "$QWC" build/qwc
cp -r "$ROOT/examples" examples
sed -n '/^```python$/,/^```$/p' "$ROOT/README.md" | sed '1d;$d' >kernel
sed '1,/"""$/d' examples/04_softmax.pl | diff kernel - && echo "the kernel is the example"
"$PYTHON" "$ROOT/tests/page.py" "$ROOT/README.md"
sed -n 's/^| [^|]*| //p' "$ROOT/README.md" | grep -o '`build/qwc [^`]*`' | tr -d '`' |
    sed 's/FILE/examples\/03_gemm.pl/; s/K_CHUNK=[0-9,]*/K_STEP=64,128/' >commands
while IFS= read -r command; do
    eval "$command" >out 2>&1 </dev/null || { echo "\$ $command: exit $?" && cat out; }
done <commands
[ -s commands ] && echo "the commands of the table: tried"

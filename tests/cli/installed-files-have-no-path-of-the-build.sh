# Two builds in different folders give the same bytes: nothing in them says where they were made.
# (tools/repro.sh compares two whole builds.)
build=$(dirname "$QWC")
for file in "$build/qwc" "$build/libqwrt.a" "$build/libqwrt.so"; do
    # counters of coverage have to say where they are kept
    echo "$(basename "$file"): $(strings -a "$file" | grep -F "$ROOT" | grep -v -c '\.gcda$')"
done

# The C of every kernel and example builds without a warning under gcc, clang
# and tcc; so do the headers, in C and in C++.
for f in "$ROOT"/examples/*.pl "$ROOT"/kernels/*/*.pl; do
    grep -q '@pl.jit$' "$f" || continue
    b=$(basename "$f" .pl)
    $QWC compile -q "$f" -o "$b.c" || echo "FAIL: compile $f"
    for cc in gcc clang tcc; do
        command -v $cc >/dev/null || continue
        $cc -std=c99 -Wall -Wextra -Werror -I "$ROOT/runtime" -c "$b.c" -o "$b.o" || echo "FAIL: $cc $b.c"
    done
    echo "#include \"$b.h\"" >h.c
    gcc -std=c99 -Wall -Wextra -Wstrict-prototypes -Werror -I "$ROOT/runtime" -c h.c -o h.o || echo "FAIL: $b.h"
done
echo "end of test"

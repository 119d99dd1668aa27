# docs/ops.md and docs/errors.md say what the tables say; `make docs` rewrites them.
for page in ops errors; do
    "$ROOT/tools/docs.sh" $page >$page.md
    diff -u "$ROOT/docs/$page.md" $page.md && echo "docs/$page.md: current"
done
for code in $($QWC list codes | cut -d' ' -f1); do
    grep -q "^### $code: " errors.md || echo "errors.md lacks $code"
done

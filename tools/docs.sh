#!/bin/sh
# Writes the pages that are made from the tables, as `make docs` does.
# usage: QWC=build/qwc tools/docs.sh ops|errors >docs/PAGE.md
set -eu
cd "$(dirname "$0")/.."

ops() {
    cat <<'END'
# Operations

*Made by `make docs` from the table of operations; `qwc list ops` prints the same. The rules that
the words refer to are those of [the language](language.md), chapters 6 to 9.*

An operation `x` is written `pl.x`, `pl.tensor.x` or `pl.tile.x`; a name with a dot only as it stands.
**Where**: *core* is inside a core scope, *both* in orchestration too. **Numerics**: *exact* is the
rounded exact result, *elementary* and *accumulation* have the bounds of chapter 8, `-` computes
nothing.

| Operation | Operands | Where | Result | Numerics | Remarks | Errors |
|---|---|---|---|---|---|---|
END
    "$QWC" list ops | awk -f tools/ops.awk
}

# The chapters are those of the index in the language text.
errors() {
    cat <<'END'
# Errors, warnings and notes

*Made by `make docs` from the table of diagnostics; `qwc explain CODE` prints one of them. E is an error,
W a warning (`-Werror`, `-Wno-CODE`), N a note.*

END
    "$QWC" list codes >"$work/codes"
    sed -n 's/^| \*\*\([0-9][0-9]\) \([^*]*\)\*\* .*/\1 \2/p' docs/language.md |
        while read -r chapter title; do
            grep -q "^.$chapter" "$work/codes" || continue
            printf '## %s\n\n' "$title"
            grep "^.$chapter" "$work/codes" | while read -r code gist; do
                printf '### %s: %s\n' "$code" "$gist"
                "$QWC" explain "$code" | sed '1d; s/^help: /**Way out**: /'
                echo
            done
        done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1-} in
ops | errors) "$1" | cat -s ;;
*)
    echo 'usage: QWC=build/qwc tools/docs.sh ops|errors' >&2
    exit 2
    ;;
esac

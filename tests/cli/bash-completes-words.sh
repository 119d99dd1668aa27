# What bash offers after some beginnings of a command line.
QWC=$QWC "$ROOT/tools/completion.sh" >qwc.bash
cat >ask.bash <<'END'
. ./qwc.bash
qwc() { "$QWC" "$@"; }
compopt() { :; }
ask() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _qwc
    echo "$* -> ${COMPREPLY[*]}"
}
ask qwc c
ask qwc help c
ask qwc run --go
ask qwc run --engine = ''
ask qwc run --engine = i
ask qwc run --parallel = ''
ask qwc run --isa avx5
ask qwc run x.pl --check = ra
ask qwc compile --em
ask qwc explain E040
ask qwc list op
ask qwc run --limit til
ask qwc compile --run-pass ba
ask qwc run examples/0
END
export QWC
bash --norc ask.bash

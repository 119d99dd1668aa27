# The kernel of the system ends qwc in the middle of a write (a limit of file sizes): the file
# that was there is untouched, and nothing lies beside it.
. "$TESTDIR/_twice.sh"
twice k.pl "$X, $Y" 't["y"][:] = t["x"] * 2'
# a file system without nameless files has to be content with the first half
nameless() { "$PYTHON" -c 'import os; os.close(os.open(".", os.O_TMPFILE | os.O_WRONLY))' 2>/dev/null; }
killed() {
    file=$1
    shift
    echo old >"$file"
    { (ulimit -f 0 && exec $QWC "$@") >/dev/null; } 2>/dev/null
    status=$?
    [ $status -gt 128 ] && echo "$1: killed"
    echo "$file: $(cat "$file")"
    ! nameless || ls | sed 's/^/beside: /'
    rm -f "$file"
}
killed y.npy run k.pl --save y=y.npy
killed k.c compile k.pl -o k.c
killed t.json run k.pl --trace=t.json

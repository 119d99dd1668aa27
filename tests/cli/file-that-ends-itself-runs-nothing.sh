# A file whose body raises SystemExit as it is loaded has said its status: its kernel is neither run
# nor compiled.
. "$TESTDIR/_twice.sh"
twice base.pl "$X, $Y" "$GOOD"
for end in 'sys.exit("bad configuration")' 'raise SystemExit(7)' 'sys.exit(300)' 'sys.exit(0)'; do
    { echo 'import sys' && cat base.pl && echo "$end"; } >k.pl
    echo "$end"
    for command in "run k.pl" "compile k.pl -o k.c" "check k.pl"; do
        # shellcheck disable=SC2086 # words of a command
        $QWC $command 2>err | sed 's/ (.*//'
        # shellcheck disable=SC2086
        $QWC $command >/dev/null 2>&1
        echo "$command: $? $(cat err)"
    done
    [ -e k.c ] && echo "k.c was written"
done

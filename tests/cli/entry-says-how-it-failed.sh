# A C program calls a kernel in every way that can fail, and from several threads at once.
. "$TESTDIR/_flags.sh"
$QWC compile -q "$TESTDIR/_window.pl" -o window.c
# shellcheck disable=SC2086 # none or one
gcc -Wall -Wextra -Werror $FLAGS -I "$ROOT/runtime" -I . -o app "$TESTDIR/_window.c" window.c \
    "$(dirname "$QWC")/libqwrt.a" -lm -pthread
./app

# On a terminal a stage of more than a second shows a clock; its line is erased when
# the stage ends.
. "$TESTDIR/_twice.sh"
twice slow.pl "$X, $Y" 'import time
    start = time.time()
    while time.time() - start < 1.6:
        pass
    t["y"][:] = t["x"] * 2'
$PYTHON - "$QWC" <<'PY'
import os, pty, sys
parent, child = pty.openpty()
pid = os.fork()
if not pid:
    os.dup2(child, 2)
    os.dup2(os.open("out", os.O_CREAT | os.O_WRONLY), 1)
    os.execv(sys.argv[1], [sys.argv[1], "run", "slow.pl", "--golden"])
os.close(child)
text = b""
while True:
    try:
        piece = os.read(parent, 1000)
    except OSError:
        break
    text += piece
    if not piece:
        break
print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
shown = text.decode()
print("the clock:", repr(shown[:18]), "ends in", repr(shown[-4:]), "on", shown.count("\n") + 1, "line")
PY

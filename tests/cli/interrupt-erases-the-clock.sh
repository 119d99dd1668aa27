# Ctrl-C while a clock is shown: its line is erased, the program ends by the signal, and what
# --save names is not there.
. "$TESTDIR/_twice.sh"
twice slow.pl "$X, $Y" 'import time
    start = time.time()
    while time.time() - start < 60:
        pass
    t["y"][:] = t["x"] * 2'
$PYTHON - "$QWC" <<'PY'
import os, pty, signal, sys
parent, child = pty.openpty()
pid = os.fork()
if not pid:
    os.dup2(child, 2)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    os.execv(sys.argv[1], [sys.argv[1], "run", "slow.pl", "--golden", "--save", "y=y.npy"])
os.close(child)
text = b""
while b"#" not in text:
    text += os.read(parent, 1000)
os.kill(pid, signal.SIGINT)
while True:
    try:
        piece = os.read(parent, 1000)
    except OSError:
        break
    text += piece
print("ended by", signal.Signals(-os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).name)
print("the last that is written:", repr(text.decode()[-4:]))
print("files:", *sorted(os.listdir()))
PY

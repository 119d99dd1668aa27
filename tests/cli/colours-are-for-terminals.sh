# Messages have colours on a terminal only, unless NO_COLOR, TERM=dumb or --color says otherwise.
echo 'x = = 1' >wrong.pl
cat >ask.py <<'END'
import os, pty, sys
qwc = sys.argv[1]

def ask(where, environment, *options):
    parent, child = pty.openpty() if where == "terminal" else os.pipe()
    pid = os.fork()
    if not pid:
        os.dup2(child, 2)
        variables = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
        os.execve(qwc, [qwc, "check", "wrong.pl", *options], {**variables, **environment})
    os.close(child)
    text = b""
    while True:
        try:
            piece = os.read(parent, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.waitpid(pid, 0)
    assert b"error" in text
    print(where, environment, *options, "->", "colours" if b"\x1b[" in text else "plain")

ask("terminal", {"TERM": "xterm"})
ask("terminal", {})
ask("terminal", {"TERM": "dumb"})
ask("terminal", {"TERM": "xterm", "NO_COLOR": "1"})
ask("terminal", {"TERM": "xterm", "NO_COLOR": ""})
ask("terminal", {"TERM": "xterm"}, "--color=never")
ask("terminal", {"NO_COLOR": "1"}, "--color=always")
ask("pipe", {"TERM": "xterm"})
ask("pipe", {"TERM": "xterm"}, "--color=always")
END
$PYTHON ask.py "$QWC"

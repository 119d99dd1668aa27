#!/usr/bin/env python3
"""Makes a failing program small.  usage: minimise.py FILE RESULT COMMAND...

COMMAND FILE prints why a program fails.  Lines, with the block below them, are deleted as
long as the reason (up to the first colon) stays the same.
"""
import re
import subprocess
import sys


def reason(command, path):
    p = subprocess.run(command + [path], capture_output=True, text=True)
    return p.stdout.split(":")[0] if p.returncode else ""


def extent(lines, i):
    """The lines that belong to line i: itself and what is indented below it."""
    own = len(lines[i]) - len(lines[i].lstrip())
    j = i + 1
    while j < len(lines) and lines[j].strip() and len(lines[j]) - len(lines[j].lstrip()) > own:
        j += 1
    return j


def smaller(lines, still_fails):
    i = len(lines) - 1
    while i >= 2:  # the first two lines say how to compare
        for j in {extent(lines, i), i + 1}:
            shorter = lines[:i] + lines[j:]
            if lines[i].strip() and still_fails(shorter):
                lines[:] = shorter
                break
        else:
            own = len(lines[i]) - len(lines[i].lstrip())
            dummy = lines[:i] + [" " * own + "pass"] + lines[extent(lines, i):]
            if lines[i].strip() not in ("", "pass") and still_fails(dummy):
                lines[:] = dummy
        i = min(i, len(lines)) - 1
    return lines


def without_parameters(lines, still_fails):
    """Deletes each parameter together with its spec."""
    for name in [m.group(1) for m in (re.match(r"    (\w+): pl\.", line) for line in lines) if m]:
        shorter = [line for line in lines
                   if not re.match(rf'    {name}: |        \w+Spec\("{name}"', line)]
        if still_fails(shorter):
            lines[:] = shorter


def main():
    path, result, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    lines = open(path).read().split("\n")
    want = reason(command, path)

    def still_fails(text):
        with open(result, "w") as f:
            f.write("\n".join(text))
        return reason(command, result) == want

    before = None
    while before != lines:
        before = list(lines)
        smaller(lines, still_fails)
        without_parameters(lines, still_fails)
    still_fails(lines)


if __name__ == "__main__":
    main()

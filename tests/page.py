"""Does what a page tells its reader to do, and compares what is shown with what happens.

usage: page.py PAGE     in an empty folder, with qwc in PATH

    ```python FILE            is written to FILE
    ```python FILE NAME       replaces the function NAME in it; `kernel`: the one under `@pl.jit`
    ```python FILE after NAME goes below the line that defines NAME
    ```console                `$ command`, and the output it must have

A line `...` stands for any lines. Numbers with a fraction, times and places of largest errors
depend on the machine and are not compared; of `qwc bench` only the success is.
"""
import re
import subprocess
import sys


def blocks(page):
    """(line number, info words, lines) of each fenced block"""
    found, info, start, lines = [], None, 0, []
    for number, line in enumerate(open(page, encoding="utf-8"), 1):
        if line.startswith("```"):
            if info is None:
                info, start, lines = line[3:].split(), number, []
            else:
                found.append((start, info, lines))
                info = None
        elif info is not None:
            lines.append(line.rstrip("\n"))
    return found


def replaced(old, name, new):
    head = "@pl.jit" if name == "kernel" else f"def {name}("
    first = next(i for i, line in enumerate(old) if line.startswith(head))
    last = next(i for i in range(first + 2, len(old)) if re.match(r"def |@", old[i]))
    return old[:first] + new + ["", ""] + old[last:]


def inserted(old, name, new):
    at = next(i for i, line in enumerate(old) if line.startswith(f"{name} ="))
    return old[: at + 1] + new + old[at + 1 :]


def edit(info, lines):
    path = info[1]
    if len(info) > 2:
        with open(path, encoding="utf-8") as f:
            old = f.read().split("\n")
        after = info[2] == "after"
        lines = inserted(old, info[3], lines) if after else replaced(old, info[2], lines)
    else:
        lines = lines + [""]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def same_for_all(line):
    line = re.sub(r"\(\d+\.\d+s\)", "(_s)", line)
    line = re.sub(r"error \S+ at \[[^]]*\]", "error _", line)
    line = re.sub(r"\d+\.\d+(e[-+]\d+)?|\d+e[-+]\d+", "_", line)
    line = re.sub(r"\d+ of \d+ elements are outside", "_ of _ elements are outside", line)
    return re.sub(r" +", " ", line).rstrip()


def matches(shown, actual):
    if not shown:
        return not actual
    if shown[0] == "...":
        return any(matches(shown[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and same_for_all(shown[0]) == same_for_all(actual[0]) and matches(
        shown[1:], actual[1:])


def try_command(page, number, command, shown):
    done = subprocess.run(command, shell=True, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    actual = done.stdout.split("\n")[:-1]
    if command.startswith("qwc bench"):
        right = done.returncode == 0 and bool(actual)
    else:
        right = matches(shown, actual)
    if right:
        return 0
    print(f"{page}:{number}: $ {command}\nshown:")
    print("\n".join("  " + line for line in shown))
    print(f"printed (exit {done.returncode}):")
    print("\n".join("  " + line for line in actual))
    return 1


def session(page, number, lines):
    """how many commands of a console block did something else"""
    wrong = 0
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, starts[1:] + [len(lines)]):
        wrong += try_command(page, number + 1 + start, lines[start][2:], lines[start + 1:end])
    return wrong


def main(page):
    files = commands = wrong = 0
    for number, info, lines in blocks(page):
        if info[:1] == ["console"]:
            commands += sum(line.startswith("$ ") for line in lines)
            wrong += session(page, number, lines)
        elif len(info) > 1:
            files += 1
            edit(info, lines)
    print(f"{files} pieces of text, {commands} commands, {wrong} wrong")
    return wrong > 0 or not commands


sys.exit(main(sys.argv[1]))

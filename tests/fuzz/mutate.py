#!/usr/bin/env python3
"""Writes mutants mSEED.pl, ... of programs.  usage: mutate.py FOLDER SEED COUNT FILE...

One to three changes: a line or a token deleted, doubled, swapped with another or replaced;
a number, a dtype or an operation changed; indentation moved.
"""
import random
import re
import sys

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\"[^\"\n]*\"|[^\w\s]")
NUMBERS = ["0", "1", "-1", "2", "3", "7", "16", "1000", "65536", "2147483648",
           "9223372036854775807", "1e30", "0.5", "-0.0"]
DTYPES = ["BOOL", "INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64", "FP16",
          "BF16", "FP32", "INDEX"]
HOST_DTYPES = ["bool", "int8", "uint8", "int16", "int32", "int64", "float16", "bfloat16", "float32",
               "float64"]
OPERATION = re.compile(r"(?<=pl\.)[a-z]\w*")
DTYPE = re.compile(r"(?<=pl\.)(%s)\b|(?<=torch\.)(%s)\b" %
                   ("|".join(DTYPES), "|".join(HOST_DTYPES)))
NUMBER = re.compile(r"\b\d[\w.]*")
WORDS = ["pl", "None", "True", "x", "y", "k", "pl.FP32", "pl.INT8", "pl.BF16", "if", "for", "in",
         "return", "[", "]", "(", ")", ":", ",", "=", "*", "-", "//", "%", "pl.matmul", "pl.read",
         "pl.range(3)", "pl.parallel(4)", "break", "pass", "\"\"", "{", "\\"]


def change_token(r, lines):
    i = r.randrange(len(lines))
    tokens = list(TOKEN.finditer(lines[i]))
    if not tokens:
        return
    t = r.choice(tokens)
    u = r.choice(tokens)
    word = t.group()
    new = r.choice(["", word + " " + word, u.group(), r.choice(WORDS), r.choice(NUMBERS)])
    if word[0].isdigit() and r.random() < 0.7:
        new = r.choice(NUMBERS)
    lines[i] = lines[i][: t.start()] + new + lines[i][t.end():]


def change_kind(r, lines):
    """One of its kind for another: numbers, dtypes, operations that the program names."""
    pattern = r.choice([NUMBER, NUMBER, DTYPE, OPERATION])
    places = [(i, m) for i, line in enumerate(lines) for m in pattern.finditer(line)]
    if not places:
        return change_token(r, lines)
    i, m = r.choice(places)
    word = m.group()
    if pattern is NUMBER:
        near = [str(int(word) + d)
                for d in (-1, 1)] + [str(int(word) * 2)] if word.isdigit() else []
        new = r.choice(NUMBERS + near * 3)
    elif pattern is DTYPE:
        new = r.choice(DTYPES if word.isupper() else HOST_DTYPES)
    else:
        new = r.choice(places)[1].group()
    lines[i] = lines[i][: m.start()] + new + lines[i][m.end():]


def change_line(r, lines):
    i, j = r.randrange(len(lines)), r.randrange(len(lines))
    k = r.randrange(5)
    if k == 0:
        del lines[i]
    elif k == 1:
        lines.insert(i, lines[i])
    elif k == 2:
        lines[i], lines[j] = lines[j], lines[i]
    elif k == 3:
        lines[i] = r.choice(["    ", " ", "\t", ""]) + lines[i]
    else:
        lines[i] = lines[i][r.choice([1, 4]):]


def mutant(seed, path):
    r = random.Random(seed)
    with open(path) as f:
        lines = f.read().split("\n")
    for _ in range(r.randint(1, 3)):
        r.choice([change_line, change_token, change_token, change_kind, change_kind])(r, lines)
        if not lines:
            lines.append("")
    return "\n".join(lines) + f"\n# mutant of {path}\n"


def main():
    folder, first, count, paths = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    for seed in range(first, first + count):
        with open(f"{folder}/m{seed}.pl", "w") as f:
            f.write(mutant(seed, random.Random(seed).choice(paths)))


if __name__ == "__main__":
    main()

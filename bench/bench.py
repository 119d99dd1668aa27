#!/usr/bin/env python3
"""Runs the measurements of docs/benchmarks.md and writes that page.

    bench.py run [CASE...]    measures (default: every case), keeps build/bench/CASE.json
    bench.py docs             writes docs/benchmarks.md and its plots from what is kept
    bench.py list             names the cases

Environment: QWC (build/qwc), PEERS (build/bench: the peer programs), ROUNDS (9).

A case is some runs of `qwc bench --json`: variants, other libraries and the limits of
the machine take turns in every round, so every figure is a ratio within a round. Only
Python's own modules are needed.
"""
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QWC = os.environ.get("QWC", str(ROOT / "build/qwc"))
KEPT = Path(os.environ.get("PEERS", str(ROOT / "build/bench")))
ROUNDS = os.environ.get("ROUNDS", "9")
MODEL = ROOT / "kernels/qwen3_14b"
TUNED, BASELINE = MODEL / "rms_lm_head_tuned.pl", MODEL / "rms_lm_head.pl"
LAYER, FWD = MODEL / "decode_layer.pl", MODEL / "decode_fwd.pl"
PROJECTIONS = ROOT / "bench/projections.pl"
VOCAB, HIDDEN, KV_HIDDEN, INTERMEDIATE = 152_064, 5120, 1024, 17_408
QUARTER = 37_888  # of the vocabulary, for peers whose weights are f32
LAYER_SHAPES = [(HIDDEN, HIDDEN), (KV_HIDDEN, HIDDEN), (KV_HIDDEN, HIDDEN), (HIDDEN, HIDDEN),
                (INTERMEDIATE, HIDDEN), (INTERMEDIATE, HIDDEN), (HIDDEN, INTERMEDIATE)]
# one layer without its LM head, which has cases of its own
NO_HEAD = ["-D", "config.VOCAB=256"]


# --- Measuring -------------------------------------------------------------------------


def peers(names, layout, batch, shapes):
    """--peer options for those of the programs that were built."""
    words = []
    for name in names:
        program, mode = name.split(":")
        if not (KEPT / f"peer_{program}").exists():
            continue
        sizes = ",".join(f"{n}x{k}" for n, k in shapes)
        words += ["--peer", f"{KEPT}/peer_{program} {mode} {layout} {batch} {sizes}"]
    return words


def bench(label, file, *options, program=(), rounds=ROUNDS):
    """One run of qwc bench: its rows, each with the label of the run."""
    command = [QWC, "bench", str(file), "--json", "--rounds", rounds, *map(str, options)]
    if program:
        command += ["--", *map(str, program)]
    shown = " ".join(command).replace(str(ROOT) + "/", "")
    print(f"  {label}: {shown}", flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"bench.py: `{shown}` ended with {done.returncode}")
    return [dict(json.loads(line), run=label) for line in done.stdout.splitlines()
            if line.startswith("{")]


NK_PEERS = ["onednn:blocked", "onednn:plain", "libxsmm:packed"]


def lm_head(batch, threads):
    return bench(
        f"batch {batch}", TUNED, "--threads", threads, "--vs", BASELINE, "--vs", "--fusion=off",
        *peers(NK_PEERS, "nk", batch, [(VOCAB, HIDDEN)]), program=["-b", batch])


def case_lm_head_16():
    return lm_head(16, 2)


def case_lm_head_8():
    return lm_head(8, 2)


def case_lm_head_4():
    return lm_head(4, 2)


def case_lm_head_1():
    return lm_head(1, 2)


def case_lm_head_one_thread():
    return lm_head(16, 1)


def case_lm_head_f32_peers():
    """A quarter of the vocabulary: OpenBLAS needs f32 weights, and loops are slow."""
    return bench(
        "batch 16", TUNED, "-D", f"config.VOCAB={QUARTER}", "--threads", 2,
        *peers(["openblas:f32", "loops:plain"], "nk", 16, [(QUARTER, HIDDEN)]), program=["-b", 16])


def case_lm_head_threads():
    return bench("batch 16", TUNED, "--threads", 2, "--vs", "--threads 1", program=["-b", 16])


def case_lm_head_batches():
    """All batches in the same rounds."""
    return points(TUNED, "-- -b {}", [1, 2, 3, 4, 6, 8, 10, 12, 14, 16])


def case_lm_head_isa():
    """What the fallbacks reach of their own peaks."""
    rows = bench("batch 16", TUNED, "--isa", "avx512", "--vs", "--isa avx2", "--threads", 2,
                 program=["-b", 16])
    return [dict(row, run="avx2" if row["variant"] else "avx512") for row in rows]


FALLBACKS = ["gateup", "head", "f16", "f32", "i8"]  # names in bench/gemm.c begin so
FALLBACK_ROWS = [1, 16, 64]


def case_fallbacks():
    """Products alone, on each instruction set, of its own peaks: the lines of bench/gemm."""
    program = KEPT / "gemm"
    if not program.exists():
        return []
    rows = []
    for isa, names in (("avx512bf16", ["w8"]), ("avx512vnni", ["i8"]),
                       ("avx512", FALLBACKS), ("avx2", FALLBACKS)):
        counts = sum((["-m", str(m)] for m in FALLBACK_ROWS), [])
        command = [str(program), "-i", isa, "-t", "2", *counts, "-r", "3", *names]
        print(f"  {isa}: {' '.join(command[1:])}", flush=True)
        out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in out.splitlines():
            word = line.split()
            rows.append({"run": isa, "name": word[2], "m": int(word[4]), "ns": 1e6 * float(word[5]),
                         "share": float(word[word.index("share") + 1])})
    return rows


def case_projections():
    names = ["onednn:plain", "onednn:blocked", "libxsmm:packed"]
    rows = []
    for threads in 2, 1:
        rows += bench(f"{threads} threads", PROJECTIONS, "--threads", threads, "--vs", "--pack=off",
                      "--vs", "--fusion=off",
                      *peers(names, "kn", 16, LAYER_SHAPES))
    return rows


def case_projections_f32_peers():
    return bench("2 threads", PROJECTIONS, "--threads", 2,
                 *peers(["openblas:f32", "loops:plain"], "kn", 16, LAYER_SHAPES))


def case_layer():
    spmd = "-D config.SPMD=True -D config.SEQ_TILE=128"
    return bench("context 4096", LAYER, *NO_HEAD, "--threads", 2, "--vs", spmd,
                 program=["--max-seq"])


def points(file, words, values, *options):
    """A line of points as variants of one run, so that all see the bandwidth of the same minutes.
    Rows of kernels alone, each with its value as the label of the run.  `words`: what a value
    adds to the command line."""
    forms = [words.format(x) for x in values]
    more = sum((["--vs", form] for form in forms[1:]), [])
    first, _, program = forms[0].partition("-- ")
    rows = bench(f"{values[0]}..{values[-1]}", file, *first.split(), *options, "--threads", 2,
                 *more,
                 program=program.split())
    rows = [row for row in rows if row["kind"] == "kernel"]
    return [dict(row, run=str(x), variant="") for row, x in zip(rows, values, strict=True)]


def case_vocabulary():
    return points(TUNED, "-D config.VOCAB={}", [QUARTER, 2 * QUARTER, 3 * QUARTER, VOCAB])


def case_context():
    return points(LAYER, "-- --seq-lens {}", [1024, 2048, 3072, 4096], *NO_HEAD)


def case_batch():
    return points(LAYER, "-- -b {} --max-seq", [4, 8, 12, 16], *NO_HEAD)


def case_layers():
    return points(FWD, "-- --num-layers {} --max-seq 1024", [1, 2, 3, 4], *NO_HEAD)


def compiled(label, file, *options, program=()):
    """Milliseconds from text to callable code, and of libtcc in them: median, best of some runs."""
    command = [QWC, "run", str(file), "--json", "--time-passes", *map(str, options), "--",
               *map(str, program)]
    shown = " ".join(command).replace(str(ROOT) + "/", "")
    print(f"  {label}: {shown}", flush=True)
    all_ms, tcc_ms = [], []
    for _ in range(5):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=ROOT)
        if done.returncode:
            sys.exit(f"bench.py: `{shown}` ended with {done.returncode}")
        for line in done.stdout.splitlines():
            if line.startswith("tcc "):
                tcc_ms.append(float(line.split()[1]))
            if line.startswith('{"kernel"'):
                all_ms.append(1e3 * json.loads(line)["seconds"]["compile"])
    return {"run": label, "name": "compile", "ms": median(all_ms), "best_ms": min(all_ms),
            "tcc_ms": median(tcc_ms), "ns": 1e6 * median(all_ms)}


def median(values):
    return sorted(values)[len(values) // 2]


def case_compile():
    """Extents are constants of the code and do not change its size, so small ones will do."""
    return [compiled("rms_lm_head", BASELINE, "-D", "config.VOCAB=1024"),
            compiled("decode_fwd", FWD, *NO_HEAD, "-D", "config.INTERMEDIATE=1024",
                     program=["--num-layers", 1, "--max-seq", 256])]


def case_dispatch():
    program = KEPT / "dispatch"
    if not program.exists():
        return []
    print("  dispatch", flush=True)
    out = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [dict(json.loads(line), run="2 threads") for line in out.splitlines()]


CASES = {name[5:]: fn for name, fn in list(globals().items()) if name.startswith("case_")}


def machine():
    name = platform.machine()
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    return f"{name}, {os.cpu_count()} CPUs"


def run(names):
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in names or CASES:
        if name not in CASES:
            sys.exit(f"bench.py: there is no case `{name}`; choose from {', '.join(CASES)}")
        print(name, flush=True)
        start = time.time()
        rows = CASES[name]()
        kept = {"case": name, "machine": machine(), "seconds": round(time.time() - start),
                "rows": rows}
        (KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
        for row in rows:
            if row.get("kind") != "scope":
                print("   ", summary(row))


def summary(row):
    if "roofline" not in row:
        return f"{row['name']:42} {row['ns']:10.0f} ns"
    what = row["variant"] or row["name"]
    what = what.replace(str(ROOT) + "/", "")
    return (f"{row['run']:14} {what:42} {row['median_ms']:10.3f} ms  "
            f"{100 * row['roofline']:5.1f} % of the {row['bound']} floor  {row['ratio']:.3f}x +-{row['ratio_spread']:.3f}")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    if what == "run":
        run(sys.argv[2:])
    elif what == "list":
        print("\n".join(CASES))
    elif what == "docs":
        from report import write
        write(KEPT, ROOT / "docs")
    else:
        sys.exit(__doc__)

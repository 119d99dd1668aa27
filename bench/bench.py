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
    return [dict(json.loads(line), run=label) for line in done.stdout.splitlines() if line.startswith("{")]


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


def case_lm_head_isa():
    """What the fallbacks reach of their own peaks."""
    return bench("avx512", TUNED, "--isa", "avx512") + bench("avx2", TUNED, "--isa", "avx2")


def case_projections():
    names = ["onednn:plain", "onednn:blocked", "libxsmm:packed"]
    rows = []
    for threads in 2, 1:
        rows += bench(f"{threads} threads", PROJECTIONS, "--threads", threads, "--vs", "--pack=off", "--vs", "--fusion=off",
                      *peers(names, "kn", 16, LAYER_SHAPES))
    return rows


def case_projections_f32_peers():
    return bench("2 threads", PROJECTIONS, "--threads", 2, *peers(["openblas:f32", "loops:plain"], "kn", 16, LAYER_SHAPES))


def case_layer():
    spmd = "-D config.SPMD=True -D config.SEQ_TILE=128"
    return bench("context 4096", LAYER, *NO_HEAD, "--threads", 2, "--vs", spmd, program=["--max-seq"])


def case_vocabulary():
    rows = []
    for blocks in 1, 2, 3, 4:
        vocab = VOCAB if blocks == 4 else QUARTER * blocks
        rows += bench(str(vocab), TUNED, "-D", f"config.VOCAB={vocab}", "--threads", 2)
    return rows


def case_context():
    rows = []
    for context in 1024, 2048, 3072, 4096:
        rows += bench(str(context), LAYER, *NO_HEAD, "--threads", 2, program=["--seq-lens", context])
    return rows


def case_batch():
    rows = []
    for batch in 4, 8, 12, 16:
        rows += bench(str(batch), LAYER, *NO_HEAD, "--threads", 2, program=["-b", batch, "--max-seq"])
    return rows


def case_layers():
    rows = []
    for layers in 1, 2, 3, 4:
        rows += bench(str(layers), FWD, *NO_HEAD, "--threads", 2, program=["--num-layers", layers, "--max-seq", 1024])
    return rows


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
        kept = {"case": name, "machine": machine(), "seconds": round(time.time() - start), "rows": rows}
        (KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
        for row in rows:
            if row.get("kind") != "scope":
                print("   ", summary(row))


def summary(row):
    if "roofline" not in row:
        return f"{row['name']:42} {row['ns']:10.0f} ns"
    what = row["variant"] or row["name"]
    what = what.replace(str(ROOT) + "/", "")
    return (f"{row['run']:14} {what:42} {row['median_ms']:10.3f} ms  {100 * row['roofline']:5.1f} % of the "
            f"{row['bound']} floor  {row['ratio']:.3f}x +-{row['ratio_spread']:.3f}")


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

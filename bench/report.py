"""docs/benchmarks.md and its plots, from what `bench.py run` kept: see `write`."""
import json

PROJECTIONS = {"q_proj", "k_proj", "v_proj", "out_proj", "gate_proj", "up_proj", "down_proj"}
ATTENTION = {"qk_matmul", "softmax", "sv_matmul", "online_softmax"}
ELEMENTWISE = {"rmsnorm", "post_rmsnorm", "silu"}
NAMES = {
    "rms_lm_head.pl": "qwc, baseline source",
    "--fusion=off": "qwc, `--fusion=off`",
    "--pack=off": "qwc, plain weights",
    "--threads 1": "qwc, one thread",
    "-D config.SPMD=True -D config.SEQ_TILE=128": "qwc, SPMD form",
}

HEAD = """# Benchmarks

Written by `make bench-docs` from what `make bench` measured; do not edit.

Every round measures all rows of a table one after the other, and with them a stream read of the
weights and the peak of the multiply-add instruction on the same threads. *Floor* is the larger of
bytes / stream and operations / peak; *of floor* its share of the row's time, *time* the ratio to the
first row, both medians over the rounds. Bandwidth of shared machines changes within minutes, so
compare the ratios, not the milliseconds. Other libraries compute the product alone, without the
norm before it; their results are checked, too.

"""


def load(kept):
    cases = {}
    for path in sorted(kept.glob("*.json")):
        case = json.loads(path.read_text())
        if case.get("rows"):
            cases[case["case"]] = case
    return cases


def kernels(case, run=None):
    return [r for r in case["rows"] if r.get("kind") in ("kernel", "peer")
            and run in (None, r["run"])]


def runs(case):
    return list(dict.fromkeys(r["run"] for r in case["rows"]))


def label(row):
    if row["kind"] == "peer":
        return row["variant"]
    variant = row["variant"]
    if variant.endswith(".pl"):
        variant = variant.rsplit("/", 1)[-1]
    return NAMES.get(variant, variant) or "**qwc**"


# --- Tables ----------------------------------------------------------------------------


def table(head, rows):
    align = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(map(str, row)) + " |"
                     for row in [head, align, *rows]) + "\n\n"


def compared(case, run=None):
    rows = []
    for r in kernels(case, run):
        rows.append([label(r), f"{r['median_ms']:.2f}", f"{r['ratio']:.2f}x",
                     f"{r['ratio_spread']:.2f}", f"{r['gb_s']:.1f}", f"{r['gflop_s']:.0f}",
                     f"{100 * r['roofline']:.0f} %", r["bound"]])
    return table(["", "ms", "time", "spread", "GB/s", "GFLOP/s", "of floor", "bound by"], rows)


def lm_head(cases):
    text = "## RMSNorm and LM head, 152 064 x 5120\n\n"
    for name, title in (("lm_head_16", "Batch 16, two threads"),
                        ("lm_head_8", "Batch 8, two threads"),
                        ("lm_head_4", "Batch 4, two threads"),
                        ("lm_head_1", "Batch 1, two threads"),
                        ("lm_head_one_thread", "Batch 16, one thread"),
                        ("lm_head_threads", "Two threads and one"),
                        ("lm_head_f32_peers", "Batch 16, a quarter of the vocabulary")):
        if name in cases:
            text += f"**{title}**\n\n" + compared(cases[name])
    if "lm_head_batches" in cases:
        text += "**Batches, two threads, in the same rounds**\n\n"
        rows = [[r["run"], f"{r['median_ms']:.2f}", f"{r['ratio']:.2f}x", f"{r['gb_s']:.1f}",
                 f"{r['gflop_s']:.0f}", f"{100 * r['roofline']:.0f} %", r["bound"]]
                for r in kernels(cases["lm_head_batches"])]
        text += table(["batch", "ms", "time", "GB/s", "GFLOP/s", "of floor", "bound by"], rows)
    if "lm_head_isa" in cases:
        text += "**Batch 16 on older instruction sets, of their own peaks**\n\n"
        rows = [[f"`--isa {r['run']}`", f"{r['median_ms']:.2f}", f"{r['gflop_s']:.0f}",
                 f"{100 * r['roofline']:.0f} %"]
                for r in kernels(cases["lm_head_isa"])]
        text += table(["", "ms", "GFLOP/s", "of floor"], rows)
    return text


WEIGHTS = {"w8_bt": "int8 [N, K], cast to bf16", "w8": "int8 [K, N], cast to bf16",
           "head": "bf16 [N, K]", "gateup": "bf16 [K, N]", "f16_bt": "f16 [N, K]",
           "f16": "f16 [K, N]", "f32_bt": "f32 [N, K]", "f32": "f32 [K, N]",
           "i8_bt": "int8 [N, K]", "i8": "int8 [K, N]"}


def fallbacks(cases):
    """A line for each instruction set and kind of weights, a column for each number of rows."""
    if "fallbacks" not in cases:
        return ""
    rows = cases["fallbacks"]["rows"]
    counts = sorted({r["m"] for r in rows})
    share = {(r["run"], r["name"], r["m"]): f"{100 * r['share']:.0f} %" for r in rows}
    text = ("## Other products\n\nThe share of the floor of products of so many rows, two "
            "threads; *peak* is that of the instruction set's own multiply-add. Bytes on AVX2 and "
            "on AVX-512 without VNNI have no peak of their own: shares of that of FP32, which "
            "16-bit multiply-adds may exceed.\n"
            "Weights are 152 064 x 5120 or 17 408 x 5120, read where they are.\n\n")
    lines = [[f"`{isa}`", what, *(share[isa, name, m] for m in counts)]
             for isa in runs(cases["fallbacks"])
             for name, what in WEIGHTS.items() if (isa, name, counts[0]) in share]
    return text + table(["", "weights", *(f"{m} row{'s' * (m > 1)}" for m in counts)], lines)


def compile_time(cases):
    if "compile" not in cases:
        return ""
    rows = [[f"`{r['run']}`", f"{r['ms']:.1f}", f"{r['best_ms']:.1f}", f"{r['tcc_ms']:.1f}"]
            for r in cases["compile"]["rows"]]
    return ("## Compile time\n\nFrom text to callable code, and libtcc alone.\n\n" +
            table(["", "median ms", "best ms", "libtcc, median ms"], rows))


def packing(case):
    """What `qwc bench` did once, outside of all figures."""
    packed = [r for r in case["rows"] if r.get("packed_bytes")]
    if not packed:
        return ""
    most = max(packed, key=lambda r: r["packing_ms"])
    return ("qwc packs these weights, which the kernel only reads, once before the first round: "
            f"{most['packed_bytes'] / 1e6:.0f} MB\nin {most['packing_ms'] / 1000:.1f} s, "
            "in no figure. *Plain weights* are read where they are.\n\n")


def projections(cases):
    text = "## The seven projections of a decoder layer, batch 16, weights [K, N]\n\n"
    text += packing(cases["projections"]) if "projections" in cases else ""
    for name in ("projections", "projections_f32_peers"):
        for run in runs(cases[name]) if name in cases else []:
            text += f"**{run.replace('1 threads', '1 thread')}**\n\n" + compared(cases[name], run)
    return text


def group(rows, names):
    """Milliseconds of scopes together, and their share of the floor."""
    part = [r for r in rows if r["name"] in names]
    ms = sum(r["median_ms"] for r in part)
    floor = sum(r["median_ms"] * r["roofline"] for r in part)
    return ms, floor / ms if ms else 0


def layer(cases):
    if "layer" not in cases:
        return ""
    case = cases["layer"]
    first = [r for r in case["rows"] if r["variant"] == ""]
    total = next(r["median_ms"] for r in first if r["kind"] == "kernel")
    text = "## One decoder layer, batch 16, context 4096, two threads\n\n" + compared(case)
    rows = []
    for title, names in (("projections", PROJECTIONS), ("attention", ATTENTION),
                         ("norms and SiLU", ELEMENTWISE)):
        ms, share = group(first, names)
        rows.append([title, f"{ms:.2f}", f"{100 * ms / total:.1f} %", f"{100 * share:.0f} %"])
    text += table(["together", "ms", "of the layer", "of floor"], rows)
    rows = [[f"`{r['name']}`", f"{r['median_ms']:.3f}", f"{100 * r['median_ms'] / total:.1f} %",
             f"{r['gb_s']:.1f}", f"{r['gflop_s']:.0f}", f"{100 * r['roofline']:.0f} %"]
            for r in first if r["kind"] == "scope"]
    return text + table(["scope", "ms", "of the layer", "GB/s", "GFLOP/s", "of floor"], rows)


def dispatch(cases):
    if "dispatch" not in cases:
        return ""
    rows = [[r["name"], f"{r['ns']:.0f}", f"{r['best_ns']:.0f}"] for r in cases["dispatch"]["rows"]]
    return "## Dispatch, two threads, empty bodies\n\n" + table(["", "median ns", "best ns"], rows)


# --- Plots -----------------------------------------------------------------------------

SWEEPS = (("vocabulary", "LM head: words", "vocabulary"),
          ("context", "decoder layer: positions", "context"),
          ("batch", "decoder layer: sequences", "batch"), ("layers", "decode: layers", "layers"))


def fit(points):
    """Least squares a + b x, and the largest distance from it relative to the largest y."""
    n, sx, sy = len(points), sum(x for x, _ in points), sum(y for _, y in points)
    sxx, sxy = sum(x * x for x, _ in points), sum(x * y for x, y in points)
    b = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    a = (sy - b * sx) / n
    return a, b, max(abs(y - a - b * x) for x, y in points) / max(y for _, y in points)


def svg(points, title):
    width, height, left, low = 420, 260, 52, 40
    top_x, top_y = max(x for x, _ in points) * 1.08, max(y for _, y in points) * 1.15
    a, b, _ = fit(points)

    def at(x, y):
        return (f"{left + (width - left - 16) * x / top_x:.1f}",
                f"{height - low - (height - low - 30) * y / top_y:.1f}")

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
             ' font-family="sans-serif" font-size="11">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             f'<text x="{left}" y="18" font-size="13">{title}, milliseconds</text>']
    (x0, y0), (x1, y1) = at(0, 0), at(top_x, top_y)
    parts.append(f'<path d="M{x0},{y1} V{y0} H{x1}" fill="none" stroke="black"/>')
    (fx0, fy0), (fx1, fy1) = at(0, max(a, 0)), at(top_x, a + b * top_x)
    parts.append(f'<line x1="{fx0}" y1="{fy0}" x2="{fx1}" y2="{fy1}"'
                 ' stroke="#999" stroke-dasharray="4 3"/>')
    for x, y in points:
        cx, cy = at(x, y)
        parts.append(f'<circle cx="{cx}" cy="{cy}" r="3.5" fill="#1b5e9e"/>')
        parts.append(f'<text x="{cx}" y="{float(cy) - 8:.1f}" text-anchor="middle">{y:.1f}</text>')
        parts.append(f'<text x="{cx}" y="{float(y0) + 16:.1f}" text-anchor="middle">{x}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def sweeps(cases, docs):
    text = ("## Time is linear\n\nThe dashed line is the least-squares fit; *off* the largest "
            "distance of a point from it, relative to the largest time. The points of a line take "
            "turns in every round.\n\n")
    rows, plots = [], ""
    for name, title, unit in SWEEPS:
        if name not in cases:
            continue
        points = [(int(r["run"]), r["median_ms"]) for r in kernels(cases[name])]
        a, b, off = fit(points)
        shares = [f"{100 * r['roofline']:.0f} %" for r in kernels(cases[name])]
        rows.append([unit, ", ".join(str(x) for x, _ in points),
                     ", ".join(f"{y:.1f}" for _, y in points),
                     ", ".join(shares), f"{a:.1f} + {b:.4g} x", f"{100 * off:.0f} %"])
        (docs / f"linear-{name}.svg").write_text(svg(points, title))
        plots += f"![{title}](linear-{name}.svg)\n"
    return text + table(["", "x", "ms", "of floor", "fit", "off"],
                        rows) + plots + "\n" if rows else ""


def write(kept, docs):
    """docs/benchmarks.md and docs/linear-*.svg from kept/*.json."""
    cases = load(kept)
    if not cases:
        raise SystemExit("bench.py: nothing is kept yet; run `make bench` first")
    machines = sorted({c["machine"] for c in cases.values()})
    minutes = sum(c["seconds"] for c in cases.values()) / 60
    text = HEAD + f"Measured on {'; '.join(machines)}, in {minutes:.0f} minutes.\n\n"
    text += lm_head(cases) + projections(cases) + fallbacks(cases) + layer(cases)
    text += sweeps(cases, docs)
    text += compile_time(cases) + dispatch(cases)
    (docs / "benchmarks.md").write_text(text.rstrip() + "\n")
    print(docs / "benchmarks.md")

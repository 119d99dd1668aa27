# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --gens 0
# run: -q --golden --fusion=verify -- --gens 7
"""Conway's Life on a torus of UINT8 by concat and slices (no padding), generations in a runtime loop; population recorded per generation."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec, run_jit

H, W = 10, 14
G = pl.dynamic("G")


@pl.jit.inline
def left(t: pl.Tensor):
    return pl.concat(t[:, 1:W], t[:, 0:1])


@pl.jit.inline
def right(t: pl.Tensor):
    return pl.concat(t[:, W - 1 : W], t[:, 0 : W - 1])


@pl.jit.inline
def up(t: pl.Tensor):
    u = pl.create_tensor([H, W], dtype=pl.INT16)
    u[0 : H - 1, :] = t[1:H, :]
    u[H - 1 : H, :] = t[0:1, :]
    return u


@pl.jit.inline
def down(t: pl.Tensor):
    d = pl.create_tensor([H, W], dtype=pl.INT16)
    d[1:H, :] = t[0 : H - 1, :]
    d = pl.assemble(d, t[H - 1 : H, :], [0, 0])
    return d


@pl.jit
def life(board: pl.InOut[pl.Tensor[[H, W], pl.UINT8]], pop: pl.Out[pl.Tensor[[G], pl.INT32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="life"):
        b = pl.cast(board[:, :], pl.INT16)
        for g in pl.range(pop.shape[0]):
            h = left(b) + right(b)
            rows = h + b
            n = h + up(rows) + down(rows)
            born = pl.cmp(n, 3, cmp_type="eq")
            stay = pl.cmp(n, 2, cmp_type="eq") * b
            b = pl.or_(born, stay)
            pop[g] = pl.read(pl.row_sum(pl.col_sum(pl.cast(b, pl.INT32))), [0, 0])
        board[:, :] = pl.cast(b, pl.UINT8)


def golden(t):
    cells = {(r, c) for r in range(H) for c in range(W) if t["board"][r, c]} if False else [(r, c) for r in range(H) for c in range(W) if t["board"][r, c].item()]
    for g in range(t["pop"].numel()):
        count = {}
        for r, c in cells:
            for dr in (-1, 0, 1):
                for dc in (-1, 0, 1):
                    if dr or dc:
                        key = ((r + dr) % H, (c + dc) % W)
                        count[key] = count.get(key, 0) + 1
        alive = set(cells)
        cells = [p for p, n in count.items() if n == 3 or (n == 2 and p in alive)]
        t["pop"][g] = len(cells)
    t["board"].zero_()
    for r, c in cells:
        t["board"][r, c] = 1


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--gens", type=int, default=4)
    n = ap.parse_args().gens
    r = run_jit(life, [TensorSpec("board", [H, W], torch.uint8, init_value=lambda: torch.randint(0, 2, (H, W)), is_output=True), TensorSpec("pop", [n], torch.int32, is_output=True)], golden_fn=golden)
    assert r.passed

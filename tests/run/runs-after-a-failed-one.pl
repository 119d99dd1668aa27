# exit: 4
# run: -q --golden
# run: -q --golden --engine=interp
"""What one run of a driver failed in says nothing about the next: each kernel is compiled and judged for itself."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit


def build(n):
    @pl.jit
    def k(x: pl.Tensor[[n, 8], pl.FP32], y: pl.Out[pl.Tensor[[n, 8], pl.FP32]]):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y[:, :] = x[:, :] + 1.0
    return k


def good(t):
    t["y"][:] = t["x"] + 1


def wanting(_t):
    raise KeyError("z")


if __name__ == "__main__":
    def specs(n, init):
        return [TensorSpec("x", [n, 8], torch.float32, init_value=init), TensorSpec("y", [n, 8], torch.float32, is_output=True)]

    assert run_jit(build(4), specs(4, torch.randn), golden_fn=good).passed
    for n, kernel, init, golden in ((5, 5, torch.randn, wanting), (5, 6, torch.randn, good), (5, 5, lambda: torch.zeros(3), good)):
        try:
            print(run_jit(build(kernel), specs(n, init), golden_fn=golden).error)
        except ValueError as e:
            print(e)
    assert run_jit(build(5), specs(5, torch.randn), golden_fn=good).passed
    assert run_jit(build(4), specs(4, torch.ones), golden_fn=good).passed
    print("the others passed")

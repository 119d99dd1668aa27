"""A tensor that a spec starts from is the program's: the kernel writes memory of its own, also on the second run."""
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit


@pl.jit
def step(p: pl.InOut[pl.Tensor[[4, 8], pl.FP32]], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"):
        p[:, :] = p[:, :] * 2.0
        y[:, :] = p[:, :] + 1.0


def golden(t):
    t["p"][:] = start * 2
    t["y"][:] = start * 2 + 1


start = torch.arange(32.0).view(4, 8)
big = torch.cat([start, start, start])

if __name__ == "__main__":
    for init in start, lambda: start, big[4:8], lambda: big[4:8], start.double():
        specs = [TensorSpec("p", [4, 8], torch.float32, init_value=init, is_output=True),
                 TensorSpec("y", [4, 8], torch.float32, is_output=True)]
        for _ in range(2):
            assert run_jit(step, specs, golden_fn=golden, rtol=0, atol=0).passed
    assert start.tolist()[3] == list(range(24, 32)) and torch.equal(big[4:8], start)

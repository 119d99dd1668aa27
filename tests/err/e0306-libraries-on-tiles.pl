import pypto.language as pl
import torch


@pl.jit
def kernel(
    x: pl.Tensor[[16, 64], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = x[:, :]
        a = max(t, 0.0)  #~ error[E0306]: `max` is computed at compile time  #~ help: `pl.maximum(t, 0.0)`
        b = min(0.0, t)  #~ error[E0306]: `min` is computed at compile time  #~ help: `pl.minimum(0.0, t)`
        c = torch.relu(t)  #~ error[E0306]: `torch.relu` does not compute on tiles  #~ help: `pl.maximum(t, 0.0)`
        d = torch.exp(t)  #~ error[E0306]: `torch.exp` does not compute on tiles  #~ help: `pl.exp(t)`
        e = np.sqrt(t)  #~ error[E0301]: `np.sqrt` does not compute on tiles  #~ help: `pl.sqrt(t)`
        f = torch.maximum(t, b)  #~ error[E0306]: `torch.maximum` does not compute on tiles  #~ help: `pl.maximum(t, ...)`
        y = pl.assemble(y, t, [0, 0])

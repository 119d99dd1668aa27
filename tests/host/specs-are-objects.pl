# python: no, the expectation is written by hand
import torch
from golden import ScalarSpec, TensorSpec

if __name__ == "__main__":
    a = TensorSpec("a", [2, 3], torch.float32, init_value=lambda: torch.arange(6).reshape(2, 3))
    b = TensorSpec("b", (4,), torch.int32, init_value=7)
    c = TensorSpec("c", [2], torch.bfloat16, is_output=True)
    d = TensorSpec("d", [2], torch.float32, torch.tensor([1, 2]))
    print(a.name, a.shape, a.dtype, a.is_output, b.init_value, c.is_output, c.init_value)
    for s in [a, b, c, d]:
        t = s.create_tensor()
        print(t.tolist(), t.dtype, t.shape)
    e = TensorSpec("e", [3, 3], torch.float32, init_value=torch.rand).create_tensor()
    print(e.shape, e.dtype, bool((e < 1).all()))
    try:
        TensorSpec("f", [5], torch.float32, init_value=torch.zeros(4)).create_tensor()
    except ValueError as err:
        print(err)
    print(ScalarSpec("n", torch.int32, 5).value, ScalarSpec("s", torch.bfloat16, 1 / 3).value, ScalarSpec("t", torch.bool, True).value, ScalarSpec("u", torch.float32, 2).value)
    for bad in [lambda: TensorSpec("g", "x", torch.float32), lambda: TensorSpec("g", [1], "f32"), lambda: TensorSpec("g", [-1], torch.float32), lambda: TensorSpec("g", [1]), lambda: ScalarSpec("n", torch.int32, 1.5)]:
        try:
            bad()
        except (TypeError, ValueError) as err:
            print(err)

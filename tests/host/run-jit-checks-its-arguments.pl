# python: no, the expectation is written by hand
import pypto.language as pl
from golden import run, run_jit


@pl.jit.inline
def helper(x: pl.Tensor[[4, 4], pl.FP32]):
    return x


@pl.jit
def kernel(x: pl.Tensor[[4, 4], pl.FP32]):
    pass


def attempt(f):
    try:
        f()
    except TypeError as e:
        print(e)


if __name__ == "__main__":
    attempt(lambda: run_jit(5, []))
    attempt(lambda: run_jit(helper, []))
    attempt(lambda: run_jit(kernel))
    attempt(lambda: run_jit(kernel, [1]))
    attempt(lambda: run_jit(kernel, [], golden_fn=5))
    attempt(lambda: run_jit(kernel, [], compare_fn={"a": 5}))
    attempt(lambda: run_jit(kernel, [], rtol="x"))
    attempt(lambda: run_jit(kernel, [], nope=1))
    attempt(lambda: run(kernel, [], config=7))

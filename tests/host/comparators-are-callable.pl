# python: no, the expectation is written by hand
import torch
from golden import pass_rate_compare, ratio_allclose, topk_pair_compare, validate_golden

if __name__ == "__main__":
    a = torch.tensor([1.0, 2.0, 3.0, 4.0])
    b = torch.tensor([1.0, 2.0, 3.0, 5.0])
    print(ratio_allclose(max_error_ratio=0.25)(a, b)[0], ratio_allclose(max_error_ratio=0.2)(a, b)[0])
    print(pass_rate_compare(0.75)(a, b)[0], pass_rate_compare(0.8)(a, b)[0])
    cmp = ratio_allclose(atol=2.0)
    print(cmp.__name__, topk_pair_compare("v").__name__)
    cmp.__name__ = "loose"
    print(cmp.__name__, validate_golden({"o": a}, {"o": b}, compare_fn={"o": cmp}))
    print(validate_golden({"o": a}, {"o": b}, 1e-5, 1.5))
    try:
        validate_golden({"o": a}, {"o": b})
    except AssertionError as e:
        print("mismatch", str(e).startswith("'o' does not match the golden"))

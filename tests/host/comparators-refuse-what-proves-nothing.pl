# python: no, the expectation is written by hand
import torch
from golden import pass_rate_compare, ratio_allclose, ratio_reldiff, topk_pair_compare, validate_golden


def told(f):
    try:
        print(f())
    except (AssertionError, AttributeError, TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)


def rename(c, name):
    c.__name__ = name
    return c.__name__


def count(_actual, _expected, **rest):
    print(sorted(rest))
    return False, 7


def yes(_actual, _expected, **_rest):
    return True


if __name__ == "__main__":
    a = torch.tensor([1.0, 2.0, 3.0, 4.0])
    b = torch.tensor([1.0, 2.0, 3.0, 5.0])
    # numbers outside their range
    told(lambda: ratio_allclose(max_error_ratio=1.5))
    told(lambda: ratio_allclose(atol=-1.0))
    told(lambda: ratio_reldiff(pct_thd=-0.1))
    told(lambda: ratio_reldiff(diff_thd="x"))
    told(lambda: pass_rate_compare(2))
    told(lambda: validate_golden({"o": a}, {"o": a}, rtol=-1))
    # nothing that could be compared
    told(lambda: validate_golden({}, {}))
    told(lambda: validate_golden({"o": a}, {"other": a}))
    told(lambda: validate_golden({"o": a, "p": a}, {"p": b}, compare_fn={"p": count}))
    told(lambda: validate_golden([a], [a]))
    told(lambda: validate_golden({1: a}, {"o": a}))
    told(lambda: ratio_allclose()(a, 1.0))
    told(lambda: ratio_allclose()([1.0], a))
    # a comparator that needs another output
    places = torch.tensor([[1, 0]])
    told(lambda: topk_pair_compare("values")(places, places))
    told(lambda: topk_pair_compare("values")(places, places, actual_outputs={"values": 3}))
    told(lambda: topk_pair_compare("values")(places, torch.tensor([[0, 1]]), actual_outputs={"values": torch.tensor([[2.0, 2.0]])})[0])
    told(lambda: topk_pair_compare("values", descending=False)(places, torch.tensor([[0, 1]]), actual_outputs={"values": torch.tensor([[2.0, 1.0]])})[0])
    # verdicts: a pair whose message is any value, or a truth value alone
    told(lambda: validate_golden({"o": a}, {"o": b}, compare_fn=count))
    told(lambda: validate_golden({"o": a}, {"o": b}, compare_fn=yes))
    # names
    told(lambda: rename(pass_rate_compare(1), "mine"))
    told(lambda: rename(pass_rate_compare(1), 3))
    told(lambda: pass_rate_compare(1).threshold)

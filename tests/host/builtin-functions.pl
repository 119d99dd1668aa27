def main():
    print(abs(-3), abs(-2.5), abs(True), all([]), any([]), all([1, 0]), callable(len), callable(5), divmod(7, 2), divmod(-7.5, 2))
    print(list(enumerate("ab", 1)), list(zip([1, 2, 3], "ab")), list(map(lambda a, b: a * b, [1, 2], [3, 4])), list(reversed([1, 2, 3])), list(reversed("ab")))
    print(max(3, 1, 2), min([3, 1, 2]), max("a", "bb", key=len), min([], default=0), max({"a": 1, "b": 2}), sum([1, 2], 10), sum([[1], [2]], []))
    print(sorted([3, 1, 2]), sorted("bca", reverse=True), sorted([(1, "b"), (0, "z"), (1, "a")], key=lambda p: p[0]), sorted({"b": 1, "a": 2}))
    print(isinstance(1, int), isinstance(True, int), isinstance(1.0, (int, float)), isinstance("a", str), isinstance(None, int), isinstance([], (dict, list)))
    print(type(1).__name__, type("a").__name__, type(None).__name__, type([]) is list, type(1.0) == float, type(type(1)).__name__, type(len).__name__)
    print(len("abc"), len({}), len(range(0, 10, 3)), repr("x"), list(range(5, 0, -2)), range(3), range(1, 5, 2), slice(1, 2))
    print(getattr([], "nope", "default"), hasattr("a", "upper"), hasattr("a", "nope"), tuple("ab"), tuple(), list((1, 2)), round(2.567, 1), list(range(0)))
    print(str([1, "a", (2.0,), {"k": None}]), (1,), (), [], {}, set(), repr(set([1])))


if __name__ == "__main__":
    main()

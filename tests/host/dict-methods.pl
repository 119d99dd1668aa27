def main():
    d = {"a": 1, "b": 2}
    print(d.get("a"), d.get("z"), d.get("z", 9), d.setdefault("c", 3), d.setdefault("a", 7))
    print(list(d), list(d.keys()), list(d.values()), list(d.items()), len(d))
    d.update({"a": 10}, e=5)
    d.update([("f", 6)])
    print(d, d.pop("a"), d.pop("zz", None), d)
    e = d.copy()
    e["new"] = 1
    print("new" in d, d == {"b": 2, "c": 3, "e": 5, "f": 6}, d.items())
    print({1: "i", 1.0: "f", True: "b"}, {(1, 2): 3}[1, 2], dict([("x", 1)], y=2), dict(a=1) == {"a": 1})
    print({**d, "b": 0, **{"c": 1}})


if __name__ == "__main__":
    main()

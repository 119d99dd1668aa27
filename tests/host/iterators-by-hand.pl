# next, iter, filter; a container that contains itself; a dict that changes under a loop
it = iter([1, 2, 3])
print(next(it), list(it), next(it, None), next(iter("ab")), next((v for v in range(10) if v > 5), 0), next(zip([1], [2])))
print(list(filter(None, [0, 1, "", "a"])), list(filter(lambda v: v > 1, [1, 2, 3])))
try:
    next(it)
except StopIteration as e:
    print(type(e).__name__)
for bad in (lambda: next([1]), lambda: iter(5), lambda: filter(None, 5)):
    try:
        bad()
    except TypeError as e:
        print(e)
a = []
a.append(a)
d = {"x": 1}
d["y"] = (d, a)
print(a, [a, a], d, str(d) == repr(d))
for change in (lambda k: counts.pop(k), lambda k: counts.setdefault(k + 10)):
    counts = {1: 2, 3: 4}
    try:
        for key in counts:
            change(key)
    except RuntimeError as e:
        print(e)
b = [1, 2, 1]
b.remove(1)
print(b)
b.clear()
print(b)

if __name__ == "__main__":
    print("done")

from dataclasses import asdict, astuple, dataclass, field, fields, is_dataclass, replace


@dataclass
class Point:
    x: int
    y: float = 2.0
    tags: list = field(default_factory=list)
    note: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, order=True)
class Size:
    rows: int = 4
    cols: int = field(default=8)


@dataclass(kw_only=True)
class Options:
    first: int = 1
    second: int


@dataclass(eq=False)
class Same:
    x: int = 1


@dataclass
class Outer:
    size: Size
    parts: list
    by_name: dict = field(default_factory=dict)


def attempt(f):
    try:
        return f()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def main():
    a, b = Point(1), Point(1, note="b")
    a.tags.append("t")
    print(a, b, a == b, Point(1, tags=["t"]) == a, a.tags is b.tags)
    c = replace(a, x=5, note="c")
    print(c, c.note, c.tags is a.tags, a)
    print(asdict(a), astuple(a), [f.name for f in fields(Point)], [f.name for f in fields(a)], fields(Size)[0].default)
    print(Size() < Size(5), Size(4, 9) >= Size(4, 8), max(Size(1, 2), Size(1, 3)), sorted([Size(2), Size(1)]), Size.cols, {Size(): 1}[Size(4, 8)])
    print(Options(second=3), Same() == Same(), Same() != Same())
    o = Outer(Size(), [Size(1), (Size(2), 3)], {"k": Size(3)})
    print(asdict(o))
    print(astuple(o))
    print(is_dataclass(Size), is_dataclass(o), is_dataclass(3), vars(Size(1)), o.by_name is vars(o)["by_name"])
    for f in [lambda: Options(), lambda: replace(a, z=1), lambda: asdict(3), lambda: fields(3), lambda: Point(1) < Point(2), lambda: Size() < 3, lambda: {Point(1): 1}]:
        print(attempt(f))


if __name__ == "__main__":
    main()

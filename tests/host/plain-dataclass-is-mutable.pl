import dataclasses


@dataclasses.dataclass
class Point:
    x: float
    y: float = 2.0


if __name__ == "__main__":
    p = Point(1.0)
    p.x += 4
    print(p, p == Point(5.0, 2.0))

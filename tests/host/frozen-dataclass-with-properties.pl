from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    """A model."""

    hidden: int
    heads: int = 40
    name: str = "m"

    @property
    def head_dim(self):
        return self.hidden // self.heads

    @property
    def label(self) -> str:
        """Shown in reports."""
        return f"{self.name}:{self.head_dim}"


if __name__ == "__main__":
    a = Config(5120)
    b = Config(hidden=5120, heads=40)
    print(a.head_dim, a.label, a == b, a != Config(1, 1), a)
    print({a: 1}[b], isinstance(a, Config), type(a).__name__, Config.heads)
    for bad in [lambda: Config(), lambda: Config(1, 2, 3, 4), lambda: Config(1, x=2), lambda: Config(1, hidden=2)]:
        try:
            bad()
        except TypeError as e:
            print(e)
    try:
        a.hidden = 1
    except AttributeError as e:
        print(e)
    try:
        a.nope
    except AttributeError as e:
        print(e)

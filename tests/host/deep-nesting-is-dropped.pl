# Dropping a value drops what it holds: not by recursion, which would overflow the stack.
def nested(n):
    x = []
    for _ in range(n):
        x = [x]
    return x


def linked(n):
    d = {}
    for i in range(n):
        d = {"next": (d, i)}
    return d


def main():
    x = nested(300000)
    x = None
    d = linked(200000)
    print(x, len(d))


if __name__ == "__main__":
    main()

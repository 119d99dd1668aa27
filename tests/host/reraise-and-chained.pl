def main():
    def f():
        try:
            raise ValueError("inner")
        except ValueError as e:
            raise RuntimeError("outer") from e

    try:
        f()
    except RuntimeError as e:
        print(e, repr(e.__cause__))
    try:
        try:
            {}["k"]
        except KeyError:
            print("seen")
            raise
    except KeyError as e:
        print("again", e)
    try:
        raise
    except RuntimeError as e:
        print(e)
    try:
        raise 5
    except TypeError as e:
        print(e)
    e = ValueError("a", 2)
    print(e.args, str(e), repr(e), str(ValueError()), str(KeyError("k")), isinstance(e, Exception))


if __name__ == "__main__":
    main()

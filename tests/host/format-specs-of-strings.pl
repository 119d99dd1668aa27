def main():
    print(f"{'ab':5}|{'ab':>5}|{'ab':^5}|{'ab':*<5}|{'abcdef':.3}|{'abc':5.2}|{'é':é>3}|{'ab':05}|{None}|{[1, 2]}|{'x'!r:>5}|")
    for bad in ["{:d}", "{:=5}", "{:,}"]:
        try:
            print(bad.format("text"))
        except ValueError as e:
            print(type(e).__name__)
    try:
        print("{:5}".format(None))
    except TypeError as e:
        print(e)
    try:
        print("{:s}".format(5))
    except ValueError as e:
        print(e)


if __name__ == "__main__":
    main()

def main():
    def f():
        try:
            print(x)
        except UnboundLocalError as e:
            print(e)
        x = 1
        return x

    f()
    try:
        print(never_defined)
    except NameError as e:
        print(e)


if __name__ == "__main__":
    main()

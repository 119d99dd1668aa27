def main():
    def f():
        try:
            return 1
        finally:
            print("cleanup")

    def g():
        try:
            return 1
        finally:
            return 2

    def h():
        for i in range(3):
            try:
                continue
            finally:
                print("i", i)
        return i

    def k():
        try:
            raise ValueError("lost")
        finally:
            return "swallowed"

    print(f(), g(), h(), k())


if __name__ == "__main__":
    main()

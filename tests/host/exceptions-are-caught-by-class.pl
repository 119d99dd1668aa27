def main():
    def attempt(f):
        try:
            f()
        except ValueError as e:
            print("value", e)
        except (KeyError, IndexError) as e:
            print("lookup", type(e).__name__)
        except Exception as e:
            print("other", type(e).__name__, e)
        else:
            print("fine")
        finally:
            print("finally")

    def boom(e):
        raise e

    attempt(lambda: boom(ValueError("v")))
    attempt(lambda: boom(KeyError("k")))
    attempt(lambda: [][0])
    attempt(lambda: boom(RuntimeError))
    attempt(lambda: boom(NotImplementedError("todo")))
    attempt(lambda: None)
    attempt(lambda: 1 / 0)
    attempt(lambda: undefined_name)


if __name__ == "__main__":
    main()

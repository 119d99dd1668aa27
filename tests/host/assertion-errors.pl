def main():
    try:
        assert 1 == 2, "message"
    except AssertionError as e:
        print("caught", e)
    try:
        assert []
    except AssertionError as e:
        print("empty", e.args)
    assert True, "not shown"


if __name__ == "__main__":
    main()

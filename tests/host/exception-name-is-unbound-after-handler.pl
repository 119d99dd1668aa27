def main():
    try:
        raise ValueError("x")
    except ValueError as e:
        pass
    try:
        print(e)
    except NameError as err:
        print(err)


if __name__ == "__main__":
    main()

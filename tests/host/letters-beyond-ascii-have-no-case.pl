# exit: 3
def main():
    print("É".find("É"), "a É".split(), "Abc".lower(), "ab1".isalnum())
    print("É".lower())


if __name__ == "__main__":
    main()

COUNT = 0


def bump():
    global COUNT, FRESH
    COUNT += 1
    FRESH = COUNT * 10


if __name__ == "__main__":
    bump()
    bump()
    print(COUNT, FRESH)

def main():
    for i in range(5):
        if i == 3:
            break
    else:
        print("no break")
    print(i)
    for i in range(3):
        continue
    else:
        print("else", i)
    n = 0
    while n < 3:
        n += 1
        if n == 2:
            continue
    else:
        print("while else", n)
    while True:
        break
    else:
        print("never")


if __name__ == "__main__":
    main()

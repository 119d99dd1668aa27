import sys

if __name__ == "__main__":
    print("bye")
    sys.exit()

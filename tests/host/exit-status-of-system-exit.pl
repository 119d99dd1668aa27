# exit: 3
import sys

if __name__ == "__main__":
    print("before")
    try:
        sys.exit(3)
    except Exception:
        print("not caught by Exception")
    finally:
        print("finally runs")

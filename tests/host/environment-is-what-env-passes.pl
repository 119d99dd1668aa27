# python: no, the expectation is written by hand
# args: --env QWC_TEST_A=1
import os

if __name__ == "__main__":
    print(os.environ.get("QWC_TEST_A"), os.getenv("QWC_TEST_B", "default"), os.environ.get("HOME"), "HOME" in os.environ)
    try:
        os.environ["PATH"]
    except KeyError as e:
        print("no", e)

# exit: 3
import argparse

if __name__ == "__main__":
    argparse.ArgumentParser().add_argument("--x", action="store_bool")

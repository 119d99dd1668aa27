def main():
    import sys

    sys.path.insert(0, "/nowhere")
    sys.path.append("/nowhere/else")
    print(len(sys.argv), type(sys.path).__name__, sys.platform)


if __name__ == "__main__":
    main()

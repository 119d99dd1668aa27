# exit: 1
if __name__ == "__main__":
    try:
        raise SystemExit(5)
    except SystemExit as e:
        print("code", e.code)
    raise SystemExit("going down")

def main():
    print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1e20, 2) , round(1234.5678, -2))
    print(round(15, -1), round(25, -1), round(-15, -1), round(7), round(3.14159, 3), round(2.5, 0), round(5, 2))


if __name__ == "__main__":
    main()

from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve()
    print(here.name, here.parents[0].name, here.parents[1].name, here.is_file())

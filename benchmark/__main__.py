"""`python -m benchmark` is `ganbench`."""

from benchmark.cli import main

if __name__ == "__main__":
    main()

"""`python -m captui`."""

from captui.cli.main import main

if __name__ == "__main__":
    main()

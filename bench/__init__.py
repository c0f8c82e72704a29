"""What captui costs, each figure beside a yardstick of the same run: `python -m bench [--json] [--small] [ONLY=name]`, or `make bench`."""

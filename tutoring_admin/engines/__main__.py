"""`python -m tutoring_admin.engines …`: see `--help`."""

import argparse
import sys
from pathlib import Path

from tutoring_admin.engines.trouble import Trouble
from tutoring_admin.engines.wrap import run_with_engines


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tutoring_admin.engines")
    actions = parser.add_subparsers(dest="action", required=True)
    wrap = actions.add_parser("with", help="run a command with engines around it")
    wrap.add_argument("--data-dir", type=Path, help="keep the data here (default: thrown away)")
    wrap.add_argument("command", nargs="+")
    return parser


def main() -> int:
    asked = _arguments().parse_args()
    try:
        return run_with_engines(asked.command, data_dir=asked.data_dir)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

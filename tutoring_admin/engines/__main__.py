"""`python -m tutoring_admin.engines …`: see `--help`."""

import argparse
import signal
import sys
from pathlib import Path

from tutoring_admin.engines.checking import check, test
from tutoring_admin.engines.home import forget
from tutoring_admin.engines.leash import die_with_parent
from tutoring_admin.engines.restoring import prove
from tutoring_admin.engines.run import run
from tutoring_admin.engines.trouble import Trouble
from tutoring_admin.engines.wrap import run_with_engines


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tutoring_admin.engines")
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when the caller is gone"
    )
    actions = parser.add_subparsers(dest="action", required=True)
    whole = actions.add_parser("run", help="run the whole product, with the demo districts")
    whole.add_argument("--port", type=int, default=8000)
    whole.add_argument("--data-dir", type=Path, default=Path(".data"))
    actions.add_parser("check", help="lint and types")
    actions.add_parser("test", help="lint, types and all tests").add_argument(
        "selected", nargs="*", help="what to hand to pytest instead of everything"
    )
    actions.add_parser("restore-proof", help="back up, restore, compare")
    clean = actions.add_parser("clean", help="remove what `run` has kept")
    clean.add_argument("--data-dir", type=Path, default=Path(".data"))
    wrap = actions.add_parser("with", help="run a command with engines around it")
    wrap.add_argument("--data-dir", type=Path, help="keep the data here (default: thrown away)")
    wrap.add_argument("command", nargs="+")
    return parser


def _act(asked: argparse.Namespace) -> int:
    match asked.action:
        case "run":
            return run(asked.port, asked.data_dir)
        case "check":
            return check()
        case "test":
            return test(asked.selected)
        case "restore-proof":
            return prove()
        case "clean":
            forget(asked.data_dir)
            return 0
        case _:
            return run_with_engines(asked.command, data_dir=asked.data_dir)


def main() -> int:
    """The exit code: 0 if all went well or somebody asked for a stop."""
    asked = _arguments().parse_args()
    if asked.stop_with_parent:
        die_with_parent(signal.SIGTERM)
    try:
        return _act(asked)
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 0 if asked.action == "run" else 130


if __name__ == "__main__":
    sys.exit(main())

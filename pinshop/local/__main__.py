import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from pinshop.local.ports import PortTaken

# Each name is a module with `add_arguments(parser)` and a function, imported when asked for: a mail catcher need not
# wait for the payment library. What a person types is `make run`, `make test` and `make check`.
COMMANDS = {
    "run": ("pinshop.local.run", "run", "the whole shop in this terminal"),
    "check": ("pinshop.local.check", "run", "every check"),
    "test": ("pinshop.local.check", "run_tests", "every check and every test"),
}
# Each of these is a server: its module has `run(options) -> int`.
SERVERS = {
    "stripe": ("pinshop.local.stripe.server", "a sandbox that speaks Stripe's HTTP API", 12111),
    "factory": ("pinshop.local.factory.server", "a manufacturer with a REST API", 12112),
    "carrier": ("pinshop.local.carrier.server", "a parcel carrier with tracking messages", 12113),
    "mail": ("pinshop.local.mail.server", "a mail catcher with a page to read the mail", 12114),
}


def main(arguments: Sequence[str]) -> int:
    """Runs the stand-in that the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pinshop.local")
    commands = parser.add_subparsers(dest="command", required=True)
    wanted = arguments[0] if arguments else None
    for name, (module, _, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == wanted:
            importlib.import_module(module).add_arguments(command)
    for name, (module, summary, port) in SERVERS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--port", type=int, default=port, help="0 takes a free one (default: %(default)s)")
        command.add_argument("--state", type=Path, default=Path("var/local") / name, help="folder that keeps the data")
        if name == wanted:
            importlib.import_module(module).add_arguments(command)
    options = parser.parse_args(arguments)
    module, function, _ = COMMANDS.get(options.command) or (SERVERS[options.command][0], "run", "")
    try:
        return int(getattr(importlib.import_module(module), function)(options))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

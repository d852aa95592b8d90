"""The `heartwork` command: set up, serve, import, back up, restore, check, and the demo.

Answers 0 when the work is done, 1 when something stopped it (and says what to do), 2 when the command was not
understood, 3 when a person was asked and said no.
"""

import argparse
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from rich.text import Text

from heartwork.config.saying import Problem, errors

DEBUG = "--debug"


def main(argv: list[str] | None = None) -> int:
    """Do what was asked; every error is a sentence with what to do next, unless --debug wants to see everything."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.does(arguments) or 0)
    except KeyboardInterrupt:
        errors.print("\nStopped, as you asked.")
        return 130
    except Exception as error:
        if arguments.debug:
            raise
        return _say(error)


def _say(error: Exception) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    if isinstance(error, Problem):
        what, mend, code = error.what, error.mend, error.code
    elif isinstance(error, ImproperlyConfigured):
        what, mend, code = f"A setting is not right: {error}", "", 1
    elif isinstance(error, DatabaseError):
        what, mend, code = (
            f"The database did not answer as it should: {str(error).strip()}",
            "Is it running, and is HEARTWORK_DATABASE_URL right? If it was never set up, run: heartwork setup",
            1,
        )
    elif isinstance(error, PermissionError):
        what, mend, code = (
            f"{error.filename} may not be read or written by this account.",
            "Run as the account that owns the data folder, or change who owns it.",
            1,
        )
    elif isinstance(error, OSError):
        what, mend, code = f"The computer said no: {error}", "", 1
    else:
        what = f"Something of ours failed ({type(error).__name__}: {error})."
        mend, code = "Run the same command with --debug to see where, and tell us.", 1
    errors.print(Text(what, style="bold"), soft_wrap=True)
    if mend:
        errors.print(Text(mend), soft_wrap=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="heartwork",
        description="Heartwork helps the people who run schools make care deliberate.",
        epilog="Settings come from the environment; docs/settings.md lists each with an example.",
    )
    parser.add_argument("--version", action="version", version=f"heartwork {version('heartwork')}")
    parser.add_argument(DEBUG, action="store_true", help="show where an error came from")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: object, about: str, more: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=f"{about} {more}".strip())
        added.set_defaults(does=does)
        # --debug may stand before or after the command's name.
        added.add_argument(DEBUG, action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        return added

    one = command("setup", setup, "Prepare the database and make the first administrator.")
    one.add_argument("--district", help="the district's name")
    one.add_argument("--name", help='the administrator\'s name, "Given Family"')
    one.add_argument("--username", help="what the administrator types to sign in")
    one.add_argument("--passphrase-stdin", action="store_true", help="read the passphrase from standard input")

    one = command("serve", serve, "Serve the site, with its worker for long work.", "Stop it with Ctrl+C.")
    _where(one)

    command("work", work, "Do long work: imports, reports. `serve` starts one; start more on other machines.")

    one = command("keys", keys, "List the district's keys, make a new one, or wrap everything under the newest.")
    one.add_argument("--new", action="store_true", help="make a key: new words are sealed under it from now on")
    one.add_argument(
        "--rewrap", action="store_true", help="wrap what older keys seal under the newest; only the oldest stays needed"
    )

    one = command(
        "import",
        import_files,
        "Read a roster or another export, show what it would change, and apply it.",
        "Answers 0 when applied or when there was nothing to do, 1 when it could not be read, 3 when you said no.",
    )
    one.add_argument("path", type=Path, metavar="PATH", help="a zip, a folder or one CSV file")
    one.add_argument("--as", dest="username", metavar="USERNAME", help="who imports, for the journal")
    one.add_argument("--yes", action="store_true", help="apply without asking")
    one.add_argument(
        "--agree-to-end-many",
        action="store_true",
        help="apply even if it ends more enrollments than the district asks at",
    )
    one.add_argument(
        "--only-read", action="store_true", help="show what it would change, and leave it to be applied later"
    )

    one = command(
        "demo", demo, "Make a fictional district and serve it.", "Nothing in it is real, and nothing real is touched."
    )
    _where(one)
    one.add_argument("--fresh", action="store_true", help="throw the demo away and make it again, around today")
    one.add_argument("--no-serve", action="store_true", help="only make it")

    one = command("backup", backup, "Write everything into one file, while the site is in use.")
    one.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="the file to make; one that exists is never written over"
    )
    one.add_argument(
        "--scheduled", action="store_true", help="into the folder HEARTWORK_BACKUPS, and delete those kept long enough"
    )
    one.add_argument("--without-imports", action="store_true", help="leave out the files that were imported")

    one = command("restore", restore, "Check a backup from end to end, then put it in place; what it replaces is kept.")
    one.add_argument("file", type=Path, metavar="FILE", help="a file made by heartwork backup")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.add_argument("--only-verify", action="store_true", help="check the file and change nothing")

    one = command("retain", retain, "Let go what is older than its period; heartwork serve does it each night.")
    one.add_argument("--dry-run", action="store_true", help="only say what would go")

    command("check", check, "Look whether everything is well: settings, database, disk, imports left open.")
    return parser


def _where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (this computer only: 127.0.0.1)")
    command.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    command.add_argument("--workers", type=int, default=2, help="processes that answer pages (2)")


def _start() -> None:
    """Read the settings and get Django ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")
    import django

    django.setup()


def setup(arguments: argparse.Namespace) -> None:
    """`heartwork setup`."""
    _start()
    from heartwork.config import setting_up

    passphrase = sys.stdin.readline().rstrip("\n") if arguments.passphrase_stdin else None
    setting_up.set_up(
        district=arguments.district, name=arguments.name, username=arguments.username, passphrase=passphrase
    )


def serve(arguments: argparse.Namespace) -> int:
    """`heartwork serve`."""
    _start()
    from heartwork.config import serving

    return serving.serve(arguments.host, arguments.port, arguments.workers)


def work(arguments: argparse.Namespace) -> None:
    """`heartwork work`."""
    _start()
    from heartwork.config import working

    working.work()


def keys(arguments: argparse.Namespace) -> None:
    """`heartwork keys`."""
    _start()
    from heartwork.config import keeping_keys

    keeping_keys.keep(new=arguments.new, rewrap=arguments.rewrap)


def import_files(arguments: argparse.Namespace) -> int:
    """`heartwork import`."""
    _start()
    from heartwork.config import importing

    return importing.import_path(
        arguments.path,
        username=arguments.username,
        yes=arguments.yes,
        agreed=arguments.agree_to_end_many,
        only_read=arguments.only_read,
    )


def demo(arguments: argparse.Namespace) -> int:
    """`heartwork demo`: in a data folder of its own, unless the environment names one."""
    if "HEARTWORK_DATA" not in os.environ and "HEARTWORK_DATABASE_URL" not in os.environ:
        os.environ["HEARTWORK_DATA"] = str(_demo_folder())
    _start()
    from heartwork.config import demonstrating, serving

    if not arguments.no_serve:
        serving.require_free_port(arguments.host, arguments.port)
    people = demonstrating.make(fresh=arguments.fresh)
    demonstrating.show(people)
    return 0 if arguments.no_serve else serving.serve(arguments.host, arguments.port, arguments.workers)


def _demo_folder() -> Path:
    project = Path(__file__).resolve().parents[2]
    if os.access(project, os.W_OK):
        return project / "var" / "demo"
    return Path(tempfile.gettempdir()) / "heartwork-demo"


def backup(arguments: argparse.Namespace) -> None:
    """`heartwork backup`."""
    _start()
    from heartwork.config import backups, scheduled

    if arguments.scheduled:
        scheduled.back_up()
    elif arguments.file:
        backups.back_up(arguments.file, with_imports=not arguments.without_imports)
    else:
        raise Problem("Where shall the backup go?", "Name a file: heartwork backup FILE")


def restore(arguments: argparse.Namespace) -> int:
    """`heartwork restore`."""
    _start()
    from heartwork.config import backups

    return backups.restore(arguments.file, yes=arguments.yes, only_verify=arguments.only_verify)


def retain(arguments: argparse.Namespace) -> None:
    """`heartwork retain`."""
    _start()
    from heartwork.config.saying import console
    from heartwork.privacy.actions import retain
    from heartwork.privacy.kinds import KINDS

    for each in retain(dry_run=arguments.dry_run):
        what = "would go" if arguments.dry_run else "went"
        console.print(f"{each.count:>8} {what}, from before {each.before}: {KINDS[each.kind].name}")


def check(arguments: argparse.Namespace) -> int:
    """`heartwork check`."""
    _start()
    from heartwork.config import checking

    return checking.check()


if __name__ == "__main__":
    sys.exit(main())

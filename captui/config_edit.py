"""Changes one switch in the file of settings and leaves everything else in it as it is, comments too."""

from __future__ import annotations

import os
import re
from pathlib import Path

from captui import config as configuration
from captui import private_files
from captui.errors import ConfigError

_TABLE = re.compile(r"\s*\[")


def set_flag(path: Path, name: str, value: bool, *, profile: str = "") -> None:
    """Writes `name = true` or `false` at the top level, or into the table of this profile; the file may be missing.

    Raises ConfigError where the file cannot be read or written, and where the change would not mean what it should: the file is then
    as it was.
    """
    before = _read(path)
    line = f"{name} = {str(value).lower()}"
    after = _changed(before, name, line, f"[profiles.{profile}]" if profile else "")
    # A link stays one: what it leads to is replaced.
    target = path.resolve()
    new = target.with_name(f".{target.name}.new")
    try:
        private_files.make_folder(target.parent)
        new.unlink(missing_ok=True)
        descriptor = private_files.open_file(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            if target.exists():
                # As private as it was: whoever may read the old one may read the new one.
                os.fchmod(descriptor, target.stat().st_mode & 0o777)
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        if getattr(configuration.load(new, profile=profile), name) is not value:
            raise _by_hand(path, line, profile)
        new.replace(target)
    except OSError as error:
        raise ConfigError(f"The config file {path} cannot be written: {error.strerror or error}.") from error
    except ConfigError:
        # Whatever it is, it names the new file, which nobody knows.
        raise _by_hand(path, line, profile) from None
    finally:
        new.unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The config file {path} cannot be read.") from error


def _changed(text: str, name: str, line: str, table: str) -> str:
    """The text with the line in the table ("" is the top level): in place of the one that sets the name, or as its first one."""
    lines = text.splitlines()
    start = 0
    if table:
        start = next((i + 1 for i, each in enumerate(lines) if each.partition("#")[0].strip() == table), -1)
        if start < 0:
            return "\n".join([*lines, "", table, line, ""])
    end = next((i for i in range(start, len(lines)) if _TABLE.match(lines[i])), len(lines))
    for i in range(start, end):
        if re.match(rf"\s*{name}\s*=", lines[i]):
            comment = lines[i].partition("#")[2]
            lines[i] = f"{line}  #{comment}" if comment else line
            return "\n".join([*lines, ""])
    # Above the comments of the file's first table, which belong to it; in a table, right under its heading.
    lines.insert(start if table else _after_the_heading(lines), line)
    return "\n".join([*lines, ""])


def _after_the_heading(lines: list[str]) -> int:
    """The first line that is neither a comment nor empty comes after what the file says of itself."""
    i = 0
    while i < len(lines) and lines[i].startswith("#"):
        i += 1
    return i


def _by_hand(path: Path, line: str, profile: str) -> ConfigError:
    where = f" under [profiles.{profile}]" if profile else ""
    return ConfigError(f"captui cannot change {path} by itself.", advice=f"Write `{line}` into it{where}.")

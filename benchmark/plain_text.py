"""Text that others wrote, as a person may be shown it: on one line, in the terminal's letters, without Markdown."""

import codecs
import re
import unicodedata

from ganzoo.names import quoted

# Control characters, what turns the direction of text or hides in it, halves of characters, what no font has, ends of
# lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_MARKDOWN = re.compile(r"([\\`*_\[\]|~$])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What a terminal without the letter gets; the others are escaped.
_ASCII = {
    "\N{PLUS-MINUS SIGN}": "+-",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{EN DASH}": "-",
    "\N{MIDDLE DOT}": "-",
    "\N{DOWNWARDS ARROW}": "v",
    "\N{UPWARDS ARROW}": "^",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{HORIZONTAL ELLIPSIS}": "...",
}
LEGIBLE = "ganbench-legible"


def one_line(text: object) -> str:
    r"""Text whose control characters, ends of lines and halves of characters are escaped, as in `\n` and `\x1b`.

    What a file, a tag or a command line says can thus neither break a line nor command a terminal.
    """
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSEEN else letter for letter in str(text))


def is_text(text: str) -> bool:
    """Whether text can be written as UTF-8: a file's name in another encoding cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: object) -> str:
    """A value as Python writes it, on one line, the middle of a long one left out."""
    try:
        return one_line(quoted(value))
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        return f"a value of type {type(value).__name__}"


def counted(number: int, thing: str) -> str:
    """As in "1 seed", "6 seeds" and "6 searches"."""
    plural = "es" if thing.endswith("ch") else "s"
    return f"{number} {thing}{plural * (number != 1)}"


def markdown(text: object) -> str:
    """Text that Markdown shows as it is: neither markup, nor HTML, nor a cell's end."""
    plain = re.sub("[&<>]", lambda found: _HTML[found[0]], one_line(text))
    return _MARKDOWN.sub(r"\\\1", plain)


def in_letters_of(text: str, encoding: str) -> str:
    """Text in the letters that an encoding has, as in "+-" for a plus-minus sign; others are escaped."""
    return text.encode(encoding, LEGIBLE).decode(encoding)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _legible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_ASCII.get(letter) or _escaped(letter) for letter in missing), error.end


codecs.register_error(LEGIBLE, _legible)

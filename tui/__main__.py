"""`python -m tui` is the command `longshore`."""

from tui.cli import command

if __name__ == "__main__":
    command()

"""The tables of keys in the README and in `docs/keys.md` say what the program's registry of commands says."""

import re

from docs import make_keys


async def test_the_tables_of_keys_are_those_of_the_program() -> None:
    for file, text in (await make_keys.contents()).items():
        old = file.read_text(encoding="utf-8") != text
        assert not old, f"{file.relative_to(make_keys.TOP)} is old: renew it with python -m docs.make_keys"


async def test_every_view_and_every_key_is_on_the_page() -> None:
    keys = await make_keys.read_keys()
    page = make_keys.page(keys)
    for name, commands in keys.views.items():
        assert f"## View: {name}\n" in page
        section = re.split(r"^## ", page.partition(f"## View: {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
        assert all(f"`{command.name}`" in section for command in commands)

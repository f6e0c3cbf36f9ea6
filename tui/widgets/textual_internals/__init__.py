"""Everything that rests on Textual's private names (8.2), one module by concern; no other package of `tui` uses such names.

* `paced_driver`, `terminal_mode`: the driver, which writes at the terminal's pace and can give the terminal away.
* `keys`: the parser of what the terminal sends; its keys know the bytes that they came as.
* `keyboard`, `mouse`: the protocols of keys that the user's terminal has, and what it reports of the mouse.
* `paced_app`: the application, which sends differences between frames (`frame_diff.py`) and reports its own mistakes.
* `component_styles`: styles of component classes, computed when they are first used.
* `drawing`: lines that are drawn once, and painting without waiting for the next tick.
* `bindings`: the keys bound to a widget or a screen.

`tests/widgets/test_private_names.py` lists the private names used with their signatures, so that an upgrade of Textual that
changes them fails there, by name.
"""

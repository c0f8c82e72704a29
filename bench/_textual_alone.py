"""captui on Textual's own compositor, and with `--plain-driver` on its own way of writing: `python -m bench._textual_alone ARGUMENTS…`."""

from __future__ import annotations

from textual._compositor import Compositor

import captui.screens.base

if __name__ == "__main__":
    from captui.cli.main import main

    vars(captui.screens.base)["SparingCompositor"] = Compositor
    main()

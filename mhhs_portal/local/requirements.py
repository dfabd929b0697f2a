"""What the machine itself must bring. Asked by name, because importing WeasyPrint would cost a second."""

from __future__ import annotations

import os
import sys
from ctypes.util import find_library

# WeasyPrint's own list of names, on Linux and macOS
LIBRARIES = {
    "Pango": ("pango-1.0", "libpango-1.0-0"),
    "PangoFT2": ("pangoft2-1.0", "libpangoft2-1.0-0"),
    "HarfBuzz": ("harfbuzz", "libharfbuzz0b"),
}


def what_is_missing() -> str:
    """Empty, or what to install, in words."""
    if os.environ.get("MHHS_WITHOUT_PDF"):
        return ""
    missing = [name for name, (library, _) in LIBRARIES.items() if not find_library(library)]
    if not missing:
        return ""
    packages = " ".join(LIBRARIES[name][1] for name in missing)
    install = (
        "brew install pango"
        if sys.platform == "darwin"
        else f"apt install {packages} (Debian, Ubuntu), or dnf install pango (Fedora)"
    )
    return (
        f"Drawing the Plan on a Page needs {', '.join(missing)}, which this machine lacks.\n"
        f"  Install: {install}\n"
        "  Or run without PDFs: MHHS_WITHOUT_PDF=1 make run"
    )

"""`python -m infra.settings.reference` writes the table of all keys, from the model, into the page on it."""

from infra.settings.describe import every_key
from infra.settings.read import ROOT

PAGE = ROOT / "docs/add-a-cloud.md"
BEGIN, END = "<!-- keys: from infra/settings/model.py -->", "<!-- end of keys -->"


def table() -> str:
    """Every key with what it takes, its default and what it is for; a figure's own keys once, below."""
    rows = ["| Key | Takes | Default | |", "|---|---|---|---|"]
    for key in every_key():
        default = key.default if key.default == "required" else f"`{key.default}`"
        rows.append(f"| `{key.path}` | {key.expected} | {default} | {key.description} |")
    return "\n".join(rows)


def filled(page: str) -> str:
    """The page with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

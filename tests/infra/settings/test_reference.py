"""docs/add-a-cloud.md has the model's keys."""

from infra.settings.describe import every_key
from infra.settings.reference import PAGE, filled


def test_the_page_has_the_table_of_today() -> None:
    page = PAGE.read_text()
    assert filled(page) == page, "run python -m infra.settings.reference"


def test_every_key_is_in_it() -> None:
    page = PAGE.read_text()
    assert [key.path for key in every_key() if f"| `{key.path}` |" not in page] == []

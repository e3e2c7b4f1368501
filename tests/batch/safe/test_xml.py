from pathlib import Path

import pytest

from batch.errors import InputError
from batch.safe.xml import find, findall, need, parse_xml, text


def write(folder: Path, content: str) -> Path:
    path = folder / "MTD.xml"
    path.write_text(content)
    return path


def test_finds_whatever_the_prefix(tmp_path: Path) -> None:
    tree = parse_xml(write(tmp_path, '<n:R xmlns:n="u"><n:A><B> 1 </B><B>2</B></n:A></n:R>'))
    assert text(tree, "A/B") == "1"
    assert [b.text for b in findall(tree, "A/B")] == [" 1 ", "2"]
    assert find(tree, "A/C") is None


def test_a_missing_element_names_file_and_path(tmp_path: Path) -> None:
    path = write(tmp_path, "<R>\n<A/></R>")
    with pytest.raises(InputError, match=r"MTD.xml, line 1: <R> has no A/B"):
        need(parse_xml(path), "A/B")
    with pytest.raises(InputError, match=r"MTD.xml, line 2: <A> is empty"):
        text(parse_xml(path), "A")


@pytest.mark.parametrize(("content", "line"), [("<R>\n<A>\n</R>", 3), ("", 1), ("not xml", 1)])
def test_broken_xml_names_the_line(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"MTD.xml, line {line}: broken XML"):
        parse_xml(write(tmp_path, content))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing.xml is missing"):
        parse_xml(tmp_path / "nothing.xml")


def test_entities_are_neither_read_nor_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    doctype = f'<!DOCTYPE R [<!ENTITY e SYSTEM "{secret}">]>'
    with pytest.raises(InputError, match="DOCTYPE"):
        parse_xml(write(tmp_path, f"{doctype}<R>&e;</R>"))


def test_billion_laughs_in_an_attribute_are_refused_quickly(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    with pytest.raises(InputError):
        parse_xml(write(tmp_path, f'<!DOCTYPE R [{entities}]><R x="&a9;"/>'))

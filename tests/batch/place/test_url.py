from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from batch.errors import InputError
from batch.place import Url, place

BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,30}", fullmatch=True)
PARTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/"), min_size=1
).filter(lambda p: p not in (".", ".."))
KEYS = st.lists(PARTS, max_size=5).map("/".join)


@given(BUCKETS, KEYS, st.integers(0, 2))
def test_what_is_written_is_read_again(bucket: str, key: str, slashes: int) -> None:
    url = Url(bucket, key)
    assert place(str(url)) == url
    assert place(str(url) + "/" * slashes) == url


@given(BUCKETS, KEYS, PARTS, KEYS)
def test_joining_is_that_of_paths(bucket: str, key: str, name: str, more: str) -> None:
    url = Url(bucket, key)
    assert (url / name).name == name
    assert (url / name).parent == url
    if more:
        assert url / name / more == url / f"{name}/{more}"
    assert str(url / name).startswith(str(url) + "/")


@given(BUCKETS, KEYS, st.sampled_from(["", ".", "..", "a/../b", "/a", "a//b", "a\nb", "\x00"]))
def test_what_would_leave_a_folder_is_refused(bucket: str, key: str, name: str) -> None:
    with pytest.raises(InputError, match=r"has a part that is empty, \. or \.\."):
        Url(bucket, key) / name / "x"


@given(st.text())
def test_any_text_is_a_path_or_a_url_or_refused_in_a_sentence(text: str) -> None:
    try:
        found = place(text)
    except InputError as error:
        assert "\n" not in str(error).strip() and "; " in str(error)
        return
    if text.startswith("s3://"):
        assert isinstance(found, Url) and place(str(found)) == found
    else:
        assert found == Path(text)


@given(st.text(max_size=2))
def test_a_url_without_a_bucket_is_refused(text: str) -> None:
    assume("/" not in text)
    with pytest.raises(InputError, match=r"has no bucket, s3://BUCKET/PREFIX was expected"):
        place(f"s3://{text[:1]}/key")


def test_other_schemes_are_refused() -> None:
    with pytest.raises(InputError, match="neither a path nor of the form s3://BUCKET/PREFIX"):
        place("https://host/bucket/key")


def test_the_parent_of_a_bucket_is_itself() -> None:
    assert Url("bucket").parent == Url("bucket") and Url("bucket").name == ""

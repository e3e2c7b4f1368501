"""Places: a folder (Path) or a prefix in a bucket (Url), and how files get from one to the other.

url.py        s3:// URLs; what a user gives as a place
client.py     the client of an S3 server, from the settings
sentences.py  what the server or the network says, as one sentence
store.py      list, get, put, delete: one object at a time, whole and checksummed or not at all
fetch.py      a PDI from a bucket to a folder; repeated, it fetches only what is not there
publish.py    a product from a folder to a bucket; repeated, it sends only what is not there
datastrip.py  an L0c datastrip in a bucket: its metadata, and whether all its granules are there
"""

from batch.place.url import Place, Url, place

__all__ = ["Place", "Url", "place"]

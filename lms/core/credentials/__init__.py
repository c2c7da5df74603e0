"""What a certificate asserts, and how anyone can check it without asking us.

claim.py    the facts printed on a certificate, as strict CBOR
cose.py     those facts signed (COSE_Sign1, ES256) and read back
address.py  the signed facts as the address inside the QR code
term.py     how long a certificate lasts
numbers.py  serial numbers and verify codes that people can type
jws.py      signed JSON, for the published status list
status.py   the published list of revoked, suspended and superseded certificates
verdict.py  one answer for a payload, a set of keys, a status list and a moment
"""

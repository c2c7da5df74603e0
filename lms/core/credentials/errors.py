"""The one error of this folder."""


class MalformedCredential(ValueError):
    """Bytes or text that are not a certificate of ours.

    `code` is a stable word for logs and tests (never shown to a visitor as it is):
    address, base32, cbor, structure, header, algorithm, signature_size, claim, status_list, jws.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

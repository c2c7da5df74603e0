"""COSE_Sign1: what we sign others can read, and nothing else gets past us."""

import random

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from pycose.algorithms import Es256
from pycose.headers import KID, Algorithm
from pycose.keys import EC2Key
from pycose.keys.curves import P256
from pycose.messages import Sign1Message

from lms.core.credentials import cose
from lms.core.credentials.errors import MalformedCredential

KEY = ec.derive_private_key(1_234_567, ec.SECP256R1())
OTHER = ec.derive_private_key(7_654_321, ec.SECP256R1())
PAYLOAD = b"\xa1\x00\x01"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def accepted(message: bytes) -> bool:
    try:
        signed = cose.read(message)
    except MalformedCredential:
        return False
    return signed.kid == cose.key_id(KEY.public_key()) and cose.is_signed_by(
        signed, KEY.public_key()
    )


def parts_of(message: bytes) -> list[object]:
    assert message[0] == 0xD2  # tag 18, COSE_Sign1
    return list(cbor2.loads(message[1:]))


def built(parts: list[object], tag: int = 18) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(tag, parts), canonical=True)


def pycose_key(private: ec.EllipticCurvePrivateKey) -> EC2Key:
    numbers = private.private_numbers()
    public = numbers.public_numbers
    return EC2Key(
        crv=P256,
        x=public.x.to_bytes(32, "big"),
        y=public.y.to_bytes(32, "big"),
        d=numbers.private_value.to_bytes(32, "big"),
    )


def test_a_message_comes_back_and_is_the_same_each_time():
    message = cose.sign(PAYLOAD, KEY)
    assert cose.read(message).payload == PAYLOAD
    assert accepted(message)
    assert cose.sign(PAYLOAD, KEY) == message


def test_pycose_accepts_what_we_sign():
    decoded = Sign1Message.from_cose_obj(parts_of(cose.sign(PAYLOAD, KEY)), True)
    decoded.key = pycose_key(KEY)
    assert decoded.verify_signature()
    assert decoded.phdr[KID] == cose.key_id(KEY.public_key())
    decoded.key = pycose_key(OTHER)
    assert not decoded.verify_signature()


def test_we_accept_what_pycose_signs():
    ours = 0
    for attempt in range(20):
        payload = bytes([0x18, 24 + attempt])
        message = Sign1Message(
            phdr={Algorithm: Es256, KID: cose.key_id(KEY.public_key())}, payload=payload
        )
        message.key = pycose_key(KEY)
        encoded = message.encode()
        signature = parts_of(encoded)[3]
        low = int.from_bytes(signature[32:], "big") <= ORDER // 2
        assert accepted(encoded) == low
        ours += low
    assert ours


def test_another_key_does_not_fit():
    assert not cose.is_signed_by(cose.read(cose.sign(PAYLOAD, KEY)), OTHER.public_key())
    p384 = ec.generate_private_key(ec.SECP384R1())
    assert not cose.is_signed_by(cose.read(cose.sign(PAYLOAD, KEY)), p384.public_key())


def test_the_mirrored_signature_is_refused():
    protected, unprotected, payload, signature = parts_of(cose.sign(PAYLOAD, KEY))
    mirrored = ORDER - int.from_bytes(signature[32:], "big")
    forged = signature[:32] + mirrored.to_bytes(32, "big")
    assert not accepted(built([protected, unprotected, payload, forged]))


def test_signatures_of_zero_are_refused():
    protected, unprotected, payload, signature = parts_of(cose.sign(PAYLOAD, KEY))
    for forged in (bytes(64), signature[:32] + bytes(32), bytes(32) + signature[32:]):
        assert not accepted(built([protected, unprotected, payload, forged]))


@pytest.mark.parametrize("algorithm", [-8, -35, -36, -37, -257, 5, 0, 1, -65535, "ES256", None])
def test_no_other_algorithm_is_looked_at(algorithm):
    _, unprotected, payload, signature = parts_of(cose.sign(PAYLOAD, KEY))
    protected = cbor2.dumps({1: algorithm, 4: cose.key_id(KEY.public_key())}, canonical=True)
    with pytest.raises(MalformedCredential) as refused:
        cose.read(built([protected, unprotected, payload, signature]))
    assert refused.value.code == "algorithm"


KID_BYTES = cose.key_id(KEY.public_key())


@pytest.mark.parametrize(
    "header",
    [
        {},
        {1: -7},
        {4: KID_BYTES},
        {1: -7, 4: KID_BYTES[:7]},
        {1: -7, 4: KID_BYTES + b"\x00"},
        {1: -7, 4: KID_BYTES.hex()},
        {1: -7, 2: [99], 4: KID_BYTES},
        {1: -7, 3: 0, 4: KID_BYTES},
        {True: -7, 4: KID_BYTES, 1.5: 2},
    ],
)
def test_a_header_of_another_shape_is_refused(header):
    _, unprotected, payload, _ = parts_of(cose.sign(PAYLOAD, KEY))
    protected = cbor2.dumps(header, canonical=True)
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", payload]), ec.ECDSA(SHA256()))[
        :64
    ]
    with pytest.raises(MalformedCredential) as refused:
        cose.read(built([protected, unprotected, payload, signature]))
    assert refused.value.code == "header"


def test_the_key_id_counts_only_in_the_protected_header():
    _, _, payload, signature = parts_of(cose.sign(PAYLOAD, KEY))
    protected = cbor2.dumps({1: -7}, canonical=True)
    with pytest.raises(MalformedCredential):
        cose.read(built([protected, {4: KID_BYTES}, payload, signature]))


def test_other_cose_messages_are_refused():
    protected, unprotected, payload, signature = parts_of(cose.sign(PAYLOAD, KEY))
    whole = [protected, unprotected, payload, signature]
    for tag in (16, 17, 61, 96, 97, 98):
        assert not accepted(built(whole, tag))
    for message in (
        cbor2.dumps(whole, canonical=True),
        built(whole[:3]),
        built([*whole, b""]),
        built([protected, unprotected, None, signature]),
        built([protected, unprotected, payload, signature[:63]]),
        built([protected, unprotected, payload, signature + b"\x00"]),
        built([b"", {1: -7, 4: KID_BYTES}, payload, signature]),
        built([protected, [], payload, signature]),
        built([protected, unprotected, payload.decode("latin-1"), signature]),
        cbor2.dumps(cbor2.CBORTag(18, 1)),
        cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, whole)), canonical=True),
    ):
        assert not accepted(message)


def test_nested_and_endless_messages_are_refused():
    for message in (
        b"\xd2" * 1000,
        b"\x81" * 2000,
        b"\xd2\x84" + b"\x5b" + b"\xff" * 8,
        b"\xd2\x9f",
        b"\xd2" + b"\xd8\x1c\x84\xd8\x1d\x00\xa0\x40\x40",
        bytes(cose.LONGEST_MESSAGE + 1),
    ):
        with pytest.raises(MalformedCredential):
            cose.read(message)


def test_no_single_byte_can_be_changed():
    message = cose.sign(PAYLOAD, KEY)
    tries = 0
    for place in range(len(message)):
        for change in (1, 2, 3, 4, 8, 16, 32, 64, 127, 128, 192, 255):
            changed = bytearray(message)
            changed[place] ^= change
            assert not accepted(bytes(changed)), (place, change)
            tries += 1
    assert tries > 1_000


def test_two_thousand_mutations_are_refused():
    chance = random.Random(20261124)
    message = cose.sign(bytes(range(24)), KEY)
    for _ in range(2_500):
        changed = mutated(message, chance)
        if changed != message:
            assert not accepted(changed)


def mutated(message: bytes, chance: random.Random) -> bytes:
    """One of the ways bytes go wrong: flipped, cut, inserted, repeated, swapped."""
    changed = bytearray(message)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[place] ^= chance.randrange(1, 256)
            case 1:
                del changed[place : place + chance.randint(1, 8)]
            case 2:
                changed[place:place] = chance.randbytes(chance.randint(1, 8))
            case 3:
                changed[place:place] = changed[place : place + chance.randint(1, 8)]
            case _:
                other = chance.randrange(len(changed))
                changed[place], changed[other] = changed[other], changed[place]
        if not changed:
            changed = bytearray(b"\x00")
    return bytes(changed)

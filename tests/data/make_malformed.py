#!/usr/bin/env python3
"""Writes the malformed array files of this folder's `malformed/`, and
`malformed/expect.txt`: one line a file, `NAME OFFSET TEXT`, where TEXT is part
of the message and OFFSET the byte it names (- for any).  Needs only Python's
standard library; run it in tests/data after changing it.

Lines whose TEXT is `ok` are well-formed corner cases that must load."""
import io
import json
import os
import struct
import zipfile
import zlib

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")
expect = []


def put(name, data, offset, text):
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(data)
    expect.append(f"{name} {'-' if offset is None else offset} {text}")


# ---- npy ----

def npy(header, data=b"", version=(1, 0), length=None):
    head = header.encode("latin-1")
    lead = 10 if version[0] == 1 else 12
    head += b" " * (-(lead + len(head) + 1) % 64) + b"\n"
    size = len(head) if length is None else length
    return (b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", size)
            + head + data)


GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
FULL = npy(GOOD, bytes(24))
put("good.npy", FULL, None, "ok")
put("good-v2.npy", npy(GOOD, bytes(24), (2, 0)), None, "ok")
put("good-v3.npy", npy(GOOD, bytes(24), (3, 0)), None, "ok")
put("good-scalar.npy", npy("{'descr': '<i8', 'fortran_order': False, 'shape': ()}", bytes(8)), None,
    "ok")
put("good-empty.npy", npy("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 5)}"), None, "ok")
put("good-double-quotes.npy",
    npy('{"shape": (3,), "descr": "|u1", "fortran_order": False}', bytes(3)), None, "ok")
put("empty.npy", b"", 0, "no npy magic")
put("magic.npy", b"\x93NUMPX" + FULL[6:], 0, "no npy magic")
put("short.npy", FULL[:9], 0, "no npy magic")
put("version.npy", npy(GOOD, bytes(24), (9, 0)), 6, "npy version 9.0")
put("header-cut.npy", FULL[:40], 8, "the npy header says")
put("header-length.npy", npy(GOOD, bytes(24), length=60000), 8, "the npy header says 60000 bytes")
put("data-short.npy", FULL[:-1], 128, "promises 24 bytes of data, there are 23")
put("data-long.npy", FULL + b"x", 128, "there are 25")
put("fortran.npy", npy(GOOD.replace("False", "True"), bytes(24)), None, "Fortran-ordered")
put("fortran-word.npy", npy(GOOD.replace("False", "Maybe"), bytes(24)), None,
    "neither True nor False")
put("big-endian.npy", npy(GOOD.replace("<f4", ">f4"), bytes(24)), None, "big-endian")
put("object.npy", npy(GOOD.replace("<f4", "|O"), bytes(24)), None, "Python objects")
put("complex.npy", npy(GOOD.replace("<f4", "<c8"), bytes(48)), None,
    "this element type is not read")
put("string.npy", npy(GOOD.replace("<f4", "<U4"), bytes(96)), None, "this element type is not read")
put("structured.npy", npy(GOOD.replace("'<f4'", "[('a', '<f4')]"), bytes(24)), None,
    "no string where one must be")
put("missing-key.npy", npy("{'descr': '<f4', 'fortran_order': False}", bytes(24)), None,
    "lacks `shape`")
put("extra-key.npy", npy(GOOD.replace("}", "'x': 1}"), bytes(24)), None, "unknown key `x`")
put("twice.npy", npy(GOOD.replace("}", "'descr': '<f4'}"), bytes(24)), None, "occurs twice")
put("no-dict.npy", npy("[1, 2]", bytes(24)), 10, "no `{`")
put("after-dict.npy", npy(GOOD + "; import os", bytes(24)), None, "text after the dict")
put("negative.npy", npy(GOOD.replace("(2, 3)", "(-2, 3)"), bytes(24)), None, "is no count")
put("float-dim.npy", npy(GOOD.replace("(2, 3)", "(2.0, 3)"), bytes(24)), None, "no `,`")
put("paren.npy", npy(GOOD.replace("(2, 3)", "(6)"), bytes(24)), None, "no `,`")
put("huge-dim.npy", npy(GOOD.replace("(2, 3)", "(99999999999999999999, 3)"), bytes(24)), None,
    "too large")
put("overflow.npy", npy(GOOD.replace("(2, 3)", "(4611686018427387904, 4)"), bytes(24)), 10,
    "too large")
put("zero-times-huge.npy", npy(GOOD.replace("(2, 3)", "(0, 4611686018427387904, 16)")), 10,
    "too large")
put("rank.npy", npy(GOOD.replace("(2, 3)", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), bytes(4)), None,
    "more than 8 dimensions")
put("unclosed.npy", npy("{'descr': '<f4", bytes(24)), None, "has no end")

# ---- npz ----

def archive(members, method=zipfile.ZIP_STORED):
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name), data, method)
    return b.getvalue()


Z = archive([("a.npy", FULL)])
D = archive([("a.npy", FULL)], zipfile.ZIP_DEFLATED)
CENTRAL = Z.index(b"PK\1\2")
END = Z.index(b"PK\5\6")


def patch(data, at, new):
    return data[:at] + new + data[at + len(new):]


class Stream(io.BytesIO):
    """Nobody can go back in it: checksum and sizes follow a member."""

    def seekable(self):
        return False

    def tell(self):
        raise OSError

    def seek(self, *_):
        raise OSError


def written(b, zip64):
    with zipfile.ZipFile(b, "w") as z:
        with z.open(zipfile.ZipInfo("a.npy"), "w", force_zip64=zip64) as f:
            f.write(FULL)
    return b.getvalue()


S, S64, Z64 = written(Stream(), False), written(Stream(), True), written(io.BytesIO(), True)
SD, LATER = S.index(b"PK\7\10"), S.index(b"PK\1\2")
put("good-streamed.npz", S, None, "ok")
put("good-streamed-zip64.npz", S64, None, "ok")
put("good-zip64.npz", Z64, None, "ok")
unsigned = S[:SD] + S[SD + 4:]
put("good-streamed-unsigned.npz", patch(unsigned, len(unsigned) - 6, struct.pack("<I", LATER - 4)),
    None, "ok")
put("streamed-crc.npz", patch(S, SD + 4, b"\0\0\0\1"), SD, "what follows a member")
put("streamed-size.npz", patch(S64, S64.index(b"PK\7\10") + 16, b"\1"), SD + 20,
    "what follows a member")
put("streamed-cut.npz", patch(S[:SD] + S[LATER:], len(S) - 16 - 6, struct.pack("<I", SD)), SD,
    "what follows a member")
put("zip64-size.npz", patch(Z64, 30 + 5 + 4, b"\1"), 0, "other sizes than the directory")
put("zip64-no-sizes.npz", patch(Z64, 30 + 5, b"\2"), 0, "lacks its zip64 sizes")

put("good.npz", Z, None, "ok")
put("good-deflated.npz", D, None, "ok")
put("good-comment.npz", patch(Z, len(Z) - 2, struct.pack("<H", 3)) + b"abc", None, "ok")
put("empty.npz", b"", 0, "no zip end record")
put("no-end.npz", Z[:-22], None, "no zip end record")
put("cut.npz", Z[:-1], None, "no zip end record")
put("trailing.npz", Z + b"junk", None, "no zip end record")
put("prefixed.npz", b"junk" + Z, END + 4 + 12, "wrong place or size of the directory")
put("directory-offset.npz", patch(Z, END + 16, struct.pack("<I", 5)), END + 12,
    "wrong place or size")
put("directory-count.npz", patch(Z, END + 8, struct.pack("<HH", 9, 9)), CENTRAL,
    "too small for its number")
put("disks.npz", patch(Z, END + 4, struct.pack("<H", 1)), END + 4, "several disks")
put("crc.npz", patch(patch(Z, CENTRAL + 16, b"\0\0\0\1"), 14, b"\0\0\0\1"), None,
    "checksum is wrong")
put("local-crc.npz", patch(Z, 14, b"\0\0\0\1"), 0, "another checksum than the directory")
put("data-flip.npz", patch(Z, CENTRAL - 1, b"\1"), None, "checksum is wrong")
put("size-lies.npz", patch(Z, CENTRAL + 20, struct.pack("<II", 1 << 20, 1 << 20)), None,
    "its size lies")
put("two-sizes.npz", patch(Z, CENTRAL + 24, struct.pack("<I", 7)), CENTRAL, "two different sizes")
put("local-size.npz", patch(Z, 18, struct.pack("<I", 7)), 0, "other sizes than the directory")
put("local-name.npz", patch(Z, 30, b"b"), 0, "another name")
put("local-method.npz", patch(Z, 8, struct.pack("<H", 8)), 0, "another method")
put("local-flags.npz", patch(Z, 6, struct.pack("<H", 8)), 0, "other flags than the directory")
put("no-local.npz", patch(Z, 0, b"XX"), CENTRAL, "no local header")
put("far-local.npz", patch(Z, CENTRAL + 42, struct.pack("<I", 1 << 30)), CENTRAL, "no local header")
put("encrypted.npz", patch(Z, CENTRAL + 8, struct.pack("<H", 1)), CENTRAL, "encrypted")
put("method.npz", patch(patch(Z, CENTRAL + 10, struct.pack("<H", 12)), 8, struct.pack("<H", 12)),
    CENTRAL, "unknown method")
put("name-length.npz", patch(Z, CENTRAL + 28, struct.pack("<H", 60000)), CENTRAL,
    "past the directory")
put("control-name.npz", Z.replace(b"a.npy", b"\n.npy"), CENTRAL + 46, "control character")
DC = D.index(b"PK\1\2")
put("bomb.npz", patch(D, DC + 24, struct.pack("<I", 0xfffffff0)), DC, "more than deflate can")
put("inflate-short.npz", patch(patch(D, DC + 24, struct.pack("<I", 151)), 22,
                               struct.pack("<I", 151)), None, "another size than promised")
put("inflate-long.npz", patch(patch(D, DC + 24, struct.pack("<I", 153)), 22,
                              struct.pack("<I", 153)), None, "another size than promised")
put("inflate-damage.npz", patch(D, 40, b"\xff\xff\xff\xff"), None, "deflated data")
two = archive([("a.npy", FULL), ("b.npy", FULL)])
put("same-name.npz", two.replace(b"b.npy", b"a.npy"), None, "two members of one name")
C2 = two.index(b"PK\1\2")
second = two.index(b"PK\1\2", C2 + 1)
lie = patch(two, C2 + 20, struct.pack("<II", 200, 200))
put("overlap.npz", patch(lie, 18, struct.pack("<II", 200, 200)), None, "members overlap")
put("not-npy.npz", archive([("a.npy", b"hello world")]), 35, "no npy magic")
put("member-short.npz", archive([("a.npy", FULL[:-4])]), None, "there are 20")
put("zip64-missing.npz", patch(Z, END + 16, b"\xff\xff\xff\xff"), END,
    "zip64 end record is missing")

# ---- safetensors ----

def st(header, data=b"", length=None):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(head) if length is None else length) + head + data


def one(**kw):
    d = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    d.update(kw)
    return {"a": {k: v for k, v in d.items() if v is not None}}


put("good.safetensors", st(one(), bytes(24)), None, "ok")
put("good-metadata.safetensors", st({"__metadata__": {"format": "pt"}, **one()}, bytes(24)), None,
    "ok")
put("good-spaces.safetensors", st(json.dumps(one()).encode() + b"    ", bytes(24)), None, "ok")
put("good-unaligned.safetensors",
    st(json.dumps(one()).encode() + b" " * ((1 - len(json.dumps(one()))) % 4), bytes(24)), None,
    "ok")
put("good-empty-tensor.safetensors",
    st({"a": {"dtype": "F32", "shape": [0, 4], "data_offsets": [0, 0]}}), None, "ok")
put("empty.safetensors", b"", 0, "truncated")
put("short.safetensors", b"\x10\0\0\0\0\0\0\0{", 9, "truncated")
put("length-huge.safetensors", st(one(), bytes(24), 1 << 60), 0,
    "the header length is 1152921504606846976")
put("length-past-end.safetensors", st(one(), b"", 4000), 0, "the header length is 4000")
put("length-zero.safetensors", st(one(), bytes(24), 0), 0, "the header is empty")
put("not-json.safetensors", st(b'{"a": '), None, "not valid JSON")
put("not-object.safetensors", st(b"[1, 2, 3]"), 8, "does not start with `{`")
put("leading-space.safetensors", st(b" " + json.dumps(one()).encode(), bytes(24)), 8,
    "does not start with `{`")
put("garbage-after.safetensors", st(json.dumps(one()).encode() + b"x", bytes(24)), None,
    "not valid JSON")
put("duplicate-tensor.safetensors",
    st(json.dumps(one()).encode()[:-1] + b", " + json.dumps(one()).encode()[1:], bytes(24)), None,
    "duplicate")
put("duplicate-field.safetensors",
    st(b'{"a": {"dtype": "F32", "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}',
       bytes(24)), None, "duplicate")
put("nesting.safetensors", st(b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}"), None, "not valid JSON")
put("not-utf8.safetensors", st(b'{"\xff\xfe": 1}'), None, "not valid JSON")
put("entry-number.safetensors", st({"a": 5}), 8, "exactly dtype, shape and data_offsets")
put("missing-shape.safetensors", st(one(shape=None), bytes(24)), 8,
    "exactly dtype, shape and data_offsets")
put("extra-field.safetensors", st(one(color="red"), bytes(24)), 8,
    "exactly dtype, shape and data_offsets")
put("dtype-number.safetensors", st(one(dtype=32), bytes(24)), 8, "a dtype that is no string")
put("dtype-unknown.safetensors", st(one(dtype="F128"), bytes(24)), 8, "an unknown dtype")
put("shape-string.safetensors", st(one(shape="2x3"), bytes(24)), 8, "a shape that is no list")
put("shape-float.safetensors", st(one(shape=[2.0, 3]), bytes(24)), 8,
    "a dimension that is no count")
put("shape-negative.safetensors", st(one(shape=[-2, -3]), bytes(24)), 8,
    "a dimension that is no count")
put("shape-huge.safetensors", st(one(shape=[1 << 40, 1 << 40]), bytes(24)), 8,
    "a shape that is too large")
put("shape-bignum.safetensors",
    st(b'{"a": {"dtype": "F32", "shape": [99999999999999999999], "data_offsets": [0, 24]}}',
       bytes(24)), None, "not valid JSON")
put("shape-rank.safetensors", st(one(shape=[1] * 9), bytes(24)), 8, "too many dimensions")
put("offsets-one.safetensors", st(one(data_offsets=[0]), bytes(24)), 8, "not two counts")
put("offsets-float.safetensors", st(one(data_offsets=[0, 24.0]), bytes(24)), 8, "not two counts")
put("offsets-negative.safetensors", st(one(data_offsets=[-24, 0]), bytes(24)), 8, "not two counts")
put("offsets-swapped.safetensors", st(one(data_offsets=[24, 0]), bytes(24)), None, "there are 24")
put("offsets-past-end.safetensors", st(one(data_offsets=[0, 48]), bytes(24)), None,
    "ends at byte 48 of the data, there are 24")
put("size-small.safetensors", st(one(data_offsets=[0, 20]), bytes(20)), None, "need 24")
put("size-truncated.safetensors", st(one(), bytes(23)), None, "there are 23")
put("hole-first.safetensors", st(one(data_offsets=[4, 28]), bytes(28)), None,
    "4 bytes before tensor `a` belong to none")
put("hole-last.safetensors", st(one(), bytes(32)), None, "8 bytes after the last tensor")
pair = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}
put("overlap.safetensors", st(pair, bytes(12)), None, "`b` overlaps")
put("metadata-number.safetensors", st({"__metadata__": {"x": 1}, **one()}, bytes(24)), 8,
    "no object of strings")
put("metadata-list.safetensors", st({"__metadata__": ["x"], **one()}, bytes(24)), 8,
    "no object of strings")

with open(os.path.join(OUT, "expect.txt"), "w") as f:
    f.write("\n".join(expect) + "\n")
print(len(expect), "files")

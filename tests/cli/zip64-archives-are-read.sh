# Sizes and offsets of an archive may stand in zip64 records, whatever they are; Python's zipfile
# takes the good one, too. Records that lie are refused with their place.
cat >k.pl <<'PL'
import pypto.language as pl


@pl.jit
def copy(x: pl.Tensor[[2, 3], pl.FP32], y: pl.Out[pl.Tensor[[2, 3], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        y[:, :] = x[:, :]
PL
cat >make.py <<'PY'
import io
import struct
import sys
import zlib
import numpy as np

ALL = 0xFFFFFFFF


def write(path, extra=None, locator=0, count=0, place=0):
    data = io.BytesIO()
    np.save(data, np.arange(6, dtype=np.float32).reshape(2, 3))
    raw = data.getvalue()
    crc, n = zlib.crc32(raw), len(raw)
    name = b"x.npy"
    big = struct.pack("<HHQQ", 1, 16, n, n)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 0, 0, 33, crc, ALL, ALL, len(name), len(big))
    body = local + name + big + raw
    if extra is None:
        extra = struct.pack("<HHQQQ", 1, 24, n, n, 0)
    central = struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 0, 0, 33, crc, ALL, ALL,
                          len(name), len(extra), 0, 0, 0, 0, ALL)
    directory = central + name + extra
    at = len(body)
    end = at + len(directory)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1 + count, 1 + count, len(directory), at + place)
    locate = struct.pack("<4sLQL", b"PK\6\7", 0, end + locator, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, ALL, ALL, 0)
    with open(path, "wb") as f:
        f.write(body + directory + end64 + locate + last)
    return path


assert np.load(write("good.npz"))["x"].sum() == 15
write("short.npz", extra=struct.pack("<HHQ", 1, 8, 152))
write("huge.npz", extra=struct.pack("<HHQQQ", 1, 24, 1 << 63, 152, 0))
write("room.npz", extra=struct.pack("<HHQQQ", 1, 99, 152, 152, 0))
write("locator.npz", locator=5)
write("outside.npz", locator=1 << 40)
write("count.npz", count=1 << 40)
write("place.npz", place=3)
PY
$PYTHON make.py || exit 1
for f in good short huge room locator outside count place; do
    printf "%s " $f
    $QWC run -q k.pl --input "x=$f.npz:x" --save y=out.npz >out 2>&1
    echo "$?: $(head -n 1 out)"
done
$PYTHON -c 'import numpy; print(numpy.load("out.npz")["y"].tolist())'

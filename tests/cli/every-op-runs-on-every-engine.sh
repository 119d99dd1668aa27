# Every name of `qwc list ops` is called by tests in tests/run that run on interp, on jit and on cc.
$QWC list ops --json >ops
cat >covered.py <<'EOF'
import glob, json, os, re

def engines(text):
    lines = re.findall(r"^# run: *(.*)", text, re.M) or ["--engine=" + e for e in ("jit", "interp", "cc")]
    return {(re.search(r"--engine=(\w+)", line) or ["", "jit"])[1] for line in lines}

tests = []
for path in glob.glob(os.environ["ROOT"] + "/tests/run/*.pl"):
    text = open(path).read()
    if "# exit:" not in text:
        calls = {re.sub(r"^(tensor|tile)\.(?!create$)", "", c) for c in re.findall(r"\bpl\.([\w.]+)\(", text)}
        tests.append((calls, engines(text)))
count = 0
for line in open("ops"):
    for name in json.loads(line)["names"].split():
        count += 1
        met = set().union(*(on for calls, on in tests if name in calls))
        for engine in ("interp", "jit", "cc"):
            if engine not in met:
                print(f"`pl.{name}` has no test on {engine}")
print(count > 80)
EOF
$PYTHON covered.py

# Every block of the tutorial, in order, by somebody who types it.
mkdir ../bin && ln -s "$QWC" ../bin/qwc
PATH=$PWD/../bin:$PATH "$PYTHON" "$ROOT/tests/tutorial.py" "$ROOT/docs/tutorial.md"

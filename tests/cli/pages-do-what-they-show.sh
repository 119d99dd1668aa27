# Every block of the pages that lead a reader, in order, by somebody who types it.
mkdir ../bin && ln -s "$QWC" ../bin/qwc
PATH=$PWD/../bin:$PATH
for page in tutorial how-it-works; do
    mkdir $page
    echo "$page.md:"
    (cd $page && "$PYTHON" "$ROOT/tests/page.py" "$ROOT/docs/$page.md")
done

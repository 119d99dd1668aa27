# FLAGS: what gcc needs to link with the libqwrt of this build, which may have been
# built for a sanitizer or for coverage.
# shellcheck disable=SC2034 # read by the scripts that source this file
FLAGS=
nm "$(dirname "$QWC")/libqwrt.a" >symbols 2>/dev/null
! grep -q __asan symbols || FLAGS=-fsanitize=address,undefined
! grep -q __gcov symbols || FLAGS=--coverage
rm symbols

# Makes the files that the cases find in their folder; run in an empty one.
umask 022
printf 'alpha\nbeta\ngamma\ndelta\nepsilon\nzeta\neta\ntheta\niota\nkappa\nlambda\nmu\n' >greek
printf '10 ten\n9 nine\n100 hundred\n1 one\n9 nine\n-3 minus\n2.5 half\n' >numbers
printf 'root:x:0:0:root:/root:/bin/sh\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\nguest:x:100:65534::/home/guest:/bin/sh\n' >accounts
printf 'The quick brown fox\njumps over the lazy dog.\n\nfoo foobar foo-bar\tbar\nFOO Foo fOO\n\n\nend of text\n' >prose
printf 'a\nA\na\nb\nB\nb\nb\nc\n' >repeats
printf 'no newline' >nonl
: >empty
printf 'a\tb\tc\nd\te\tf\n\tx\n' >tabs
printf '\000\001\002\177\200\377binary\n\000' >binary
printf '1K\n2M\n512\n1G\n3K\n' >sizes
mkdir -p tree/sub/deep tree/other emptydir
printf 'one\n' >tree/one
printf 'two lines\nof text\n' >tree/sub/two
printf 'int main;\n' >tree/sub/deep/three.c
printf '%2000s' '' >tree/other/big
ln -s one tree/link
ln -s nowhere tree/broken
chmod 600 tree/one
chmod 755 tree/sub/two
touch -t 202001020304.05 tree/one
touch -t 202106070809 tree/sub/two
touch -t 199912312359.59 tree/other/big

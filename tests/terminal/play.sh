# Lays out the files that the recorded programs look at. Runs in an empty folder that is also HOME.
set -e
cat > .bashrc <<'RC'
PS1='\[\e[1;32m\]\u@play\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
alias ls='ls --color=always'
HISTFILE=/dev/null
RC
printf 'set number\nsyntax on\nset hlsearch\nset mouse=a\n' > .vimrc
printf 'PS1=%s\n' "'%F{green}play%f %# '" > .zshrc
mkdir -p folder/deep/er "with space" empty
for n in $(seq 1 30); do echo "line $n of the file" > folder/file$n.txt; done
printf '#!/bin/sh\necho hello\n' > folder/run.sh; chmod +x folder/run.sh
ln -s folder/file1.txt link; ln -s nowhere broken; mkfifo pipe; touch archive.tar.gz picture.png sound.mp3
python3 - <<'PY'
lines = ["def answer(question, depth=0):", '    """Return what is known."""', "    # a comment: ünïcödé", "    if depth > 3:",
         "        return None", "    for number in range(10):", '        print(f"{number:>4} {question!r}")', "    return {'a': 1, \"b\": [2, 3]}", "", ""]
open("code.py", "w").write("\n".join(lines * 12))
open("code.c", "w").write('#include <stdio.h>\n\nstatic int square(int n)\n{\n    return n * n; /* simple */\n}\n\nint main(void)\n{\n'
    '    for (int i = 0; i < 10; i++)\n        printf("%d\\n", square(i));\n    return 0;\n}\n')
open("text.txt", "w").write("\n".join(f"{n:4} The quick brown fox jumps over the lazy dog; " + "word " * (n % 23) for n in range(300)) + "\n")
open("tabs.txt", "w").write("\n".join("\t".join(str(n * m) for m in range(9)) for n in range(50)) + "\n")
open("wide.txt", "w").write("中文字符 日本語テキスト 한국어\nfullwidth ＡＢＣ half ｱｲｳ\nemoji 😀 👍 🚀 🐳 end\n"
    "combining é ñ ö ṩ x̂y\naccents äöü ßéè čšž\nZWJ 👩‍👩‍👧 flag 🇩🇪 skin 👋🏽 heart ❤️ end\n"
    "box ┌─┬─┐│ ├─┼─┤ ╔═╗ ░▒▓█ ▁▂▃▄▅▆▇ ⠋⠙⠹ ✓✗ → ← ∑∫√∞\n" + "中" * 39 + "\n" + "x" + "中" * 45 + "\n" + "ไทย สวัสดี हिन्दी العربية עברית\n")
open("page.html", "w").write("<html><head><title>A page</title></head><body><h1>Heading</h1><p>Some <b>bold</b>, <i>italic</i> and <a href='x'>a link</a>."
    "<ul><li>one</li><li>two</li></ul><table border=1><tr><th>Name</th><th>Value</th></tr>" + "".join(f"<tr><td>row {n}</td><td>{n*n}</td></tr>" for n in range(20))
    + "</table><form><input type=text value=hello><input type=checkbox checked><input type=submit></form></body></html>\n")
PY
gcc -g -O0 -o program code.c
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.org GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.org
export GIT_AUTHOR_DATE='2024-05-01T12:00:00Z' GIT_COMMITTER_DATE='2024-05-01T12:00:00Z'
git init -q -b main repo; cd repo
cp ../code.py ../code.c .; git add .; git commit -qm 'First files'
git checkout -qb side; sed -i 's/simple/quick/' code.c; git commit -qam 'Say quick'
git checkout -q main; sed -i 's/10/20/' code.py; git commit -qam 'Count further'
git merge -q side -m 'Bring both together'; git tag v1.0; echo more >> code.py; sed -i 's/i++/++i/' code.c
cd ..
mkdir -p package/DEBIAN package/opt/play
for n in $(seq 1 40); do echo $n > package/opt/play/$n; done
printf 'Package: play-thing\nVersion: 1.0\nArchitecture: all\nMaintainer: Ann <ann@example.org>\nDescription: a thing to play with\n' > package/DEBIAN/control
dpkg-deb -b package play-thing.deb > /dev/null

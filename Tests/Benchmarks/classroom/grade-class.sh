#!/usr/bin/env bash
# Grades a class (see make_class.py) twice, and once more with an interruption: all three tables have to be equal.
# It prints what a student took: in all, in the first and the last quarter, and how much memory `qat` had.
#
#     Tests/Benchmarks/classroom/grade-class.sh [STUDENTS] [BAD]
#
# A class of 300, each with ten answers that are wrong, crash or loop: grade-class.sh 300 10
# With FORMER=PATH, a `qat` built from another commit grades in turns with this one, in a copy of its own.
set -euo pipefail
cd "$(dirname "$0")/../../.."
students=${1:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 Tests/Benchmarks/classroom/make_class.py "$work/class" "$students" "${2:-0}"
echo "$(grep -rlF 'while true {}' "$work/class" | wc -l) answers loop: each computes for its 5 seconds, whatever it is built with"
swift build --product qat >&2
qat=$(swift build --show-bin-path)/qat
former=${FORMER:-}

measure() { # NAME QAT ARGUMENTS…: grades the class, with the output in NAME.txt and the tables in NAME.csv and NAME.json
  python3 Tests/Benchmarks/classroom/measure.py "$2" "$students" "$work"/class/* \
    --csv "$work/$1.csv" --json "$work/$1.json" "${@:3}" 2>"$work/$1.txt"
}

# The first build of a copy is not measured.
"$qat" grade "$work"/class/b12-empty >"$work/first" 2>&1
if [ -n "$former" ]; then
  mkdir -p .build/grading-former
  "$former" grade "$work"/class/b12-empty --tree .build/grading-former >"$work/first" 2>&1
fi
for name in first second; do
  echo "$name:"
  measure $name "$qat" --fresh
  if [ -n "$former" ]; then
    echo "$name, former:"
    measure "$name-former" "$former" --fresh --tree .build/grading-former
  fi
done
# Nothing is kept, and Ctrl-C comes when some are graded.
rm -rf .build/grading/Grades
set -m
"$qat" grade "$work"/class/* --csv "$work/third.csv" --json "$work/third.json" >"$work/third.txt" 2>&1 &
until [ -s "$work/third.csv" ]; do
  kill -0 $! || { cat "$work/third.txt"; exit 1; }
  sleep 0.1
done
kill -INT -- "-$!"
wait $! || true
set +m
echo "interrupted after $(($(wc -l <"$work/third.csv") - 1)) students; the rest:"
measure third "$qat"
for name in second third; do
  cmp "$work/first.csv" "$work/$name.csv"
  cmp "$work/first.json" "$work/$name.json"
done
# A commit that has other exercises gives other tables: its time alone is compared.
if [ -n "$former" ] && [ "$(head -n 1 "$work/first.csv")" = "$(head -n 1 "$work/first-former.csv")" ]; then
  cmp "$work/first.csv" "$work/first-former.csv"
fi
echo 'all tables are equal'

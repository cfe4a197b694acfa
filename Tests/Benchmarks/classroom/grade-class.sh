#!/usr/bin/env bash
# Grades a class (see make_class.py) twice, and once more with an interruption: all three tables have to be equal.
#
#     Tests/Benchmarks/classroom/grade-class.sh [STUDENTS]
set -euo pipefail
cd "$(dirname "$0")/../../.."
students=${1:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 Tests/Benchmarks/classroom/make_class.py "$work/class" "$students"
swift build --product qat
qat=$(swift build --show-bin-path)/qat
"$qat" grade "$work"/class/b12-empty >"$work/first" 2>&1 # the first build of the copy is not measured

grade() { "$qat" grade "$work"/class/* --csv "$work/$1.csv" --json "$work/$1.json" "${@:2}" >"$work/$1.txt" 2>&1; }
for name in first second; do
  begin=$SECONDS
  grade $name --fresh
  echo "$name: $((SECONDS - begin)) s for $students students"
done
# Nothing is kept, and Ctrl-C comes when some are graded.
rm -rf .build/grading/Grades
set -m
grade third &
until [ -s "$work/third.csv" ]; do sleep 0.1; done
kill -INT -- "-$!"
wait $! || true
echo "interrupted after $(($(wc -l <"$work/third.csv") - 1)) students"
begin=$SECONDS
grade third
echo "the rest: $((SECONDS - begin)) s"
tail -n 2 "$work/third.txt"
for name in second third; do
  cmp "$work/first.csv" "$work/$name.csv"
  cmp "$work/first.json" "$work/$name.json"
done
echo 'all tables are equal'

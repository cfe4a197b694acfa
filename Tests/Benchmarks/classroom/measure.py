"""Runs `qat grade` and prints what it took: seconds and processor seconds a student, in the first and the last quarter, and memory.

    python3 Tests/Benchmarks/classroom/measure.py QAT STUDENTS ARGUMENT…

A student counts when the line is printed. The processor time of everything that was started is counted by the control
group `cpuacct` where one may be made (version 1, as root); elsewhere what the system reports of processes that were waited for.
"""
import os
import re
import resource
import subprocess
import sys
import time

qat, students, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
group = f"/sys/fs/cgroup/cpuacct/qat-{os.getpid()}"
try:
    os.mkdir(group)
except OSError:
    group = None


def processor_time():
    if group:
        with open(f"{group}/cpuacct.usage") as file:
            return int(file.read()) / 1e9
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory(process):
    try:
        with open(f"/proc/{process}/status") as file:
            return next(int(line.split()[1]) >> 10 for line in file if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0


def join():
    if group:
        with open(f"{group}/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))


begin, marks = time.monotonic(), []
with subprocess.Popen([qat, "grade", *arguments], stdout=subprocess.PIPE, text=True, preexec_fn=join) as run:
    for line in run.stdout:
        print(line, end="", file=sys.stderr)
        if re.search(r" of \d+  ", line):
            marks.append((time.monotonic() - begin, processor_time(), memory(run.pid)))
end, processor = time.monotonic() - begin, processor_time()
if group:
    os.rmdir(group)
if run.returncode != 0 or len(marks) != students:
    sys.exit(f"qat grade ended with {run.returncode} after {len(marks)} of {students} students")
print(f"  {end / students:.2f} s and {processor / students:.2f} processor seconds a student, {end:.0f} s for {students}")
# The grades of some students appear together: quarters end where a group does.
groups = [index for index in range(1, students) if marks[index][0] - marks[index - 1][0] > 0.2] + [students]


def between(first, last):
    seconds, cpu = (marks[last - 1][k] - (marks[first - 1][k] if first else 0) for k in (0, 1))
    return f"{seconds / (last - first):.2f} s, {cpu / (last - first):.2f} processor seconds"


near = lambda part: min(groups, key=lambda index: abs(index - part * students))
first, third = near(0.25), near(0.75)
if 0 < first < third < students:
    print(f"  a student of the first quarter: {between(0, first)}; of the last: {between(third, students)}")
    print(f"  qat has {marks[first - 1][2]} MB in memory after a quarter, {marks[third - 1][2]} MB after three, at most {max(m[2] for m in marks)} MB")

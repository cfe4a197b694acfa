"""Makes a class in a new folder: right answers, the named wrong ones, and every state that a cell of the grades can have.

    python3 Tests/Benchmarks/classroom/make_class.py FOLDER [STUDENTS] [BAD]

With BAD, each student has so many answers that are wrong or crash, and every tenth of them has one that loops forever.
It needs Tests/Solutions, no package, and no random number: the same checkout gives the same class.
"""
import os
import re
import sys

root = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
folder = sys.argv[1]
students = int(sys.argv[2]) if len(sys.argv) > 2 else 60
bad = int(sys.argv[3]) if len(sys.argv) > 3 else 0
os.makedirs(folder)


def read(path):
    with open(f"{root}/{path}", encoding="utf8") as file:
        return file.read()


numbers = sorted(name[2:6] for name in os.listdir(f"{root}/Lessons/Exercises") if name.endswith(".swift"))
right = {
    n: read(f"Tests/Solutions/Solution{n}.swift").split("\n/// Wrong answers")[0].replace(f"Solution{n}", f"Ex{n}")
    for n in numbers
}


def stub(n, line):
    text = read(f"Lessons/Exercises/Stubs/Ex{n}.stub")
    return re.sub(r"(?m)^    throw Todo.*$", lambda _: "    " + line, text)


def wrong(n):
    """The wrong answers that have a type of their own; the file makes it the answer, and has no other."""
    text = read(f"Tests/Solutions/Solution{n}.swift")
    listed = re.findall(r'WrongAnswer\("[\w-]+", observed\((\w+)\.self\)\)', text)
    text = re.sub(r"(?s)  /// The answers\.\n.*?\n  \]\n", "", text)
    text = re.sub(r"(?m)^  private enum (\w+): Exercise", r"  public enum \1: Exercise", text)
    text = re.sub(r"(?m)^    static func", "    public static func", text)
    types = dict((m[1], m[0]) for m in re.finditer(r"(?ms)^  public enum (\w+): Exercise\d+ \{.*?^  \}\n", text))

    def alone(chosen):
        needed = [chosen]
        for name in needed:
            needed += [other for other in types if other not in needed and re.search(rf"\b{other}\b", types[name])]
        kept = text
        for name in types.keys() - set(needed):
            kept = kept.replace(types[name], "")
        return kept + f"\npublic typealias Ex{n} = Wrong{n}.{chosen}\n"

    return [alone(name) for name in listed if name in types]


wrongs = {n: wrong(n) for n in numbers}


def submit(name, texts):
    path = f"{folder}/{name}"
    os.makedirs(path)
    for n, text in texts.items():
        with open(f"{path}/Ex{n}.swift", "w", encoding="utf8") as file:
            file.write(text)
    return path


def append(path, n, text):
    with open(f"{path}/Ex{n}.swift", "a", encoding="utf8") as file:
        file.write(text)


def bad_texts(i):
    """Ten of which eight are wrong, say, and two crash; every tenth student has a loop instead of one that is wrong."""
    texts = {}
    for j in range(bad):
        n = numbers[(i + j * 7) % len(numbers)]
        if j == 0 and i % 10 == 0:
            texts[n] = stub(n, "while true {}")
        elif j % 5 == 4 or not wrongs[n]:
            texts[n] = stub(n, f'fatalError("student {i}")' if i % 2 else "let none: [Int] = []; _ = none[1]; fatalError()")
        else:
            texts[n] = wrongs[n][(i + j) % len(wrongs[n])] + f"\n// {i}\n"
    return texts


# Two of three students hold misconceptions in half of their answers, and the first 30 of these in all.
for i in range(students - 14):
    texts = {n: f"{right[n]}\n// {i}\n" for n in numbers}
    if bad:
        texts |= bad_texts(i)
    elif i % 3:
        for k, n in enumerate(numbers):
            if wrongs[n] and (i < 30 or (i + k) % 2):
                texts[n] = wrongs[n][i % len(wrongs[n])]
    submit(f"a{i:03d}", texts)

submit("b00-syntax", {**right, "0101": stub("0101", "return step +")})
append(submit("b01-many-errors", right), "0102", "".join(f"let a{i} = b{i}; " for i in range(2500)))
path = submit("b02-link", right)
os.remove(f"{path}/Ex0101.swift")
os.symlink("../a000/Ex0101.swift", f"{path}/Ex0101.swift")
os.makedirs(f"{folder}/b03-linked-folder")
os.symlink("../a000", f"{folder}/b03-linked-folder/Lessons")
path = submit("b04-odd-files", right)
os.remove(f"{path}/Ex0101.swift")
os.mkfifo(f"{path}/Ex0101.swift")
with open(f"{path}/Ex0102.swift", "w") as file:
    file.write("x" * 300_000)
with open(f"{path}/Ex0103.swift", "wb") as file:
    file.write(right["0103"].encode("utf-16"))
os.remove(f"{path}/Ex0201.swift")
with open(f"{path}/Ex0202.swift", "w", newline="") as file:
    file.write(read("Lessons/Exercises/Stubs/Ex0202.stub").replace("\n", "\r\n"))
with open(f"{path}/Ex0203.swift", "w") as file:
    file.write("// begun\n" + read("Lessons/Exercises/Stubs/Ex0203.stub"))
nowhere = '@_silgen_name("nowhere_at_all") func nowhere() -> Float\n'
submit("b05-undefined", {**right, "0101": nowhere + stub("0101", "return nowhere()")})
path = submit("b06-defined-twice", right)
for n in ("0101", "0102"):
    append(path, n, f'\n@_cdecl("twice_here") public func twice{n}() {{}}\n')
located = '#sourceLocation(file: "Ex0201.swift", line: 1)\n'
submit("b07-source-location", {**right, "0101": located + stub("0101", "return step")})
path = submit("b08-declared-twice", right)
for n in ("0101", "0102"):
    append(path, n, "\nfunc helper() -> Int { 1 }\n")
submit("b09-crash", {**right, "0101": stub("0101", "return [Float]()[bits]"), "0203": stub("0203", 'fatalError("no")')})
submit("b10-endless", {**right, "0101": stub("0101", "while true {}")})
submit("b11-leaves", {**right, "0101": "import Foundation\n" + stub("0101", "exit(77)")})
submit("b12-empty", {})
submit("b13-no-type", {**right, "0101": "// gone\n"})

"""Reads VNNLIB 1.0 files as the scripts of VNN-COMP do, by regular expressions: a box, and outputs in disjunctive form.

read_vnnlib.py FILE POINTS, POINTS a JSON array of {"x": [...], "y": [...]}; prints the box, and whether each point is
a counterexample.
"""
import json
import re
import sys

COMPARISON = r"\((<=|>=) (\S+) ([^\s()]+)\)"


def statements(path):
    text, depth = "", 0
    with open(path, encoding="ascii") as lines:
        for line in lines:
            line = line.split(";")[0].strip()
            if not line:
                continue
            text += " " + line
            depth += line.count("(") - line.count(")")
            if depth == 0:
                yield re.sub(r"(\() | (?=\))|(?<=\)) ", r"\1", " ".join(text.split()))
                text = ""


def side(token, x, y):
    return x[int(token[2:])] if token[0] == "X" else y[int(token[2:])] if token[0] == "Y" else float(token)


def holds(op, left, right):
    return left <= right if op == "<=" else left >= right


def main():
    lower, upper, clauses = {}, {}, None
    count = {"X": 0, "Y": 0}
    for statement in statements(sys.argv[1]):
        if match := re.fullmatch(r"\(declare-const ([XY])_(\d+) Real\)", statement):
            assert int(match[2]) == count[match[1]]
            count[match[1]] += 1
        elif match := re.fullmatch(r"\(assert " + COMPARISON + r"\)", statement):
            assert match[2].startswith("X_")
            (upper if match[1] == "<=" else lower)[int(match[2][2:])] = float(match[3])
        else:
            compact = statement.replace(" (", "(")
            assert re.fullmatch(r"\(assert\(or(\(and(" + COMPARISON + r")+\))+\)\)", compact), statement
            assert clauses is None
            clauses = [re.findall(COMPARISON, clause) for clause in re.findall(r"\(and(.+?\))\)", compact)]
    assert re.search(r"[eE][+-]?\d", open(sys.argv[1], encoding="ascii").read().split("(assert", 1)[1]) is None
    box = [(lower[i], upper[i]) for i in range(count["X"])]
    answers = []
    for point in json.load(open(sys.argv[2], encoding="ascii")):
        x, y = point["x"], point["y"]
        inside = all(a <= v <= b for v, (a, b) in zip(x, box))
        met = any(all(holds(op, side(a, x, y), side(b, x, y)) for op, a, b in clause) for clause in clauses)
        answers.append(inside and met)
    json.dump({"box": box, "outputs": count["Y"], "clauses": len(clauses), "answers": answers}, sys.stdout)


main()

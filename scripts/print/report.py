"""Runs the reader over rectified cards and tells how well it did."""
import json
import statistics
import subprocess

HEAD = "| {} | cards | legible | exact, of legible | accepted, of legible | accepted, of all | accepted wrong | median ms | p95 ms |\n|---|---|---|---|---|---|---|---|---|"


def read(binary, files, *options):
    """One answer per file, in order."""
    answers = []
    for start in range(0, len(files), 200):
        done = subprocess.run([binary, *options, *map(str, files[start : start + 200])], check=True, capture_output=True, text=True)
        answers += [json.loads(line) for line in done.stdout.splitlines()]
    return answers


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "–"


def row(name, pairs):
    """A line of the table. Each pair: what is true (`nik` or null, `legible`) and what was answered."""
    legible = [(true, answer) for true, answer in pairs if true["legible"]]
    exact = sum(answer["digits"] == true["nik"] for true, answer in legible)
    wrong = sum(answer["nik"] is not None and answer["nik"] != true["nik"] for true, answer in pairs)
    milliseconds = sorted(answer["milliseconds"] for _, answer in pairs)
    return " | ".join([
        f"| {name}", str(len(pairs)), str(len(legible)), share(exact, len(legible)),
        share(sum(answer["nik"] is not None for _, answer in legible), len(legible)),
        share(sum(answer["nik"] is not None for _, answer in pairs), len(pairs)), str(wrong),
        f"{statistics.median(milliseconds):.1f}", f"{milliseconds[int(0.95 * (len(milliseconds) - 1))]:.1f} |",
    ])


def table(title, key, pairs):
    """A line for each value of `key`, and one for all."""
    lines = [HEAD.format(title)]
    for value in sorted({true[key] for true, _ in pairs}):
        lines.append(row(value, [pair for pair in pairs if pair[0][key] == value]))
    return "\n".join([*lines, row("all", pairs)])


def thresholds(pairs):
    """What other bounds on the poorest digit's confidence would give; the rules of the NIK left out."""
    lines = ["| poorest digit at least | accepted, of legible | accepted wrong, of all |", "|---|---|---|"]
    for bound in (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99):
        sure = [(true, answer) for true, answer in pairs if answer["digits"] and not answer["mirrored"] and min(answer["confidences"]) >= bound]
        wrong = sum(answer["digits"] != true["nik"] for true, answer in sure)
        lines.append(f"| {bound} | {share(sum(true['legible'] for true, _ in sure), sum(true['legible'] for true, _ in pairs))} | {wrong} |")
    return "\n".join(lines)

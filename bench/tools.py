# SPDX-License-Identifier: ISC
"""What run.py, icount and test_gen.py share: building the generator,
stretching the recording, and measuring one program."""
import gzip
import json
import os
import shutil
import statistics
import subprocess

BENCH = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(BENCH)
GEN = "gen stage cast cut story recording truth".split()
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-O2", "-g", "-Wall", "-Wextra",
         "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wvla",
         "-Wcast-qual", "-Wformat=2", "-Wundef", "-Wstrict-prototypes",
         "-Wmissing-prototypes", "-Wswitch-enum", "-Wnull-dereference",
         "-Wwrite-strings", "-Wpointer-arith", "-Werror"]


def compile_c(out, sources, *flags):
    """Compiles unless out is newer than everything in bench/."""
    files = [os.path.join(BENCH, f) for f in os.listdir(BENCH)]
    if os.path.exists(out) and os.path.getmtime(out) > max(
            os.path.getmtime(f) for f in files if f.endswith((".c", ".h"))):
        return out
    subprocess.run(
        [os.environ.get("CC", "cc"), *FLAGS, *flags,
         "-I" + os.path.join(ROOT, "src"), "-I" + BENCH,
         *[os.path.join(BENCH, s) for s in sources], "-o", out, "-lm"],
        check=True)
    return out


def gen_program(folder, *flags):
    sources = [name + ".c" for name in GEN] + [
        "../src/base/secret.c", "../src/base/str.c"]
    return compile_c(os.path.join(folder, "gen"), sources, *flags)


def recording(folder):
    path = os.path.join(folder, "recording")
    if not os.path.exists(path):
        packed = os.path.join(BENCH, "data", "postfix.log.gz")
        with gzip.open(packed) as src, open(path + ".new", "wb") as dst:
            shutil.copyfileobj(src, dst)
        os.rename(path + ".new", path)
    return path


def stretch(folder, name, *options):
    """Writes folder/name.log and name.json; returns (log, truth). What is
    there already, from the same generator and options, is kept."""
    gen, source = gen_program(folder), recording(folder)
    log = os.path.join(folder, name + ".log")
    truth = os.path.join(folder, name + ".json")
    made = os.path.join(folder, name + ".made")
    recipe = json.dumps([os.path.getmtime(gen), *options])
    if not (os.path.exists(made) and open(made).read() == recipe):
        subprocess.run([gen, "--recording", source, "--out", log, "--truth",
                        truth, *options], check=True)
        with open(made, "w") as f:
            f.write(recipe)
    with open(truth) as f:
        return log, json.load(f)


def warm(paths):
    for path in paths:
        with open(path, "rb", buffering=0) as f:
            while f.read(1 << 20):
                pass


class Result:
    """Several runs of one program: seconds, and MB of memory."""

    def __init__(self, rows, out):
        self.ok = all(row[0] in (0, 1) for row in rows)
        self.status = [int(row[0]) for row in rows]
        self.walls = sorted(row[1] for row in rows)
        self.wall = statistics.median(self.walls)
        self.cpu = statistics.median(row[2] for row in rows)
        self.rss = max(row[3] for row in rows) / 1024
        self.rows, self.out = rows, out

    def joined(self, other):
        """Both runs of the same program, as if they were one."""
        return Result(self.rows + other.rows, self.out)


def measure(folder, argv, runs, files):
    """argv: a list, or a string for sh. Output of the last run is kept."""
    tool = compile_c(os.path.join(folder, "measure"), ["measure.c"])
    result, out = os.path.join(folder, "result"), os.path.join(folder, "out")
    if isinstance(argv, str):
        argv = ["sh", "-c", argv]
    rows = []
    for _ in range(runs):
        warm(files)
        with open(out, "wb") as f, open(out + ".err", "wb") as err:
            subprocess.run([tool, result, *argv], stdout=f, stderr=err,
                           stdin=subprocess.DEVNULL, check=True,
                           env={**os.environ, "LC_ALL": "C"})
        with open(result) as f:
            rows.append([float(word) for word in f.read().split()])
    return Result(rows, out)

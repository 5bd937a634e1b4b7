# SPDX-License-Identifier: GPL-3.0-or-later
"""A mixture of experts four times larger than the memory that it may use: Tessera with --memory against llama.cpp with
mmap and without repacking, both in a control group that holds the limit. Linux, and the right to make control groups."""
import json
import os
import pathlib
import statistics
import subprocess
import sys

PROMPT, DECODE = 128, 16


class MemoryGroup:
    """A control group whose processes together get so many bytes, the file pages that they read among them."""

    def __init__(self):
        second = pathlib.Path("/sys/fs/cgroup")
        first = second / "memory"
        self.v2 = (second / "cgroup.controllers").exists()
        self.path = (second if self.v2 else first) / f"tessera-bench-{os.getpid()}"
        if self.v2 and "memory" not in (second / "cgroup.subtree_control").read_text().split():
            raise OSError("the memory controller is not enabled")
        self.path.mkdir()

    def close(self):
        self.path.rmdir()

    def _write(self, name, value):
        (self.path / name).write_text(str(value))

    def run(self, command, limit):
        """Standard output, and the most bytes that the group had at once."""
        if self.v2:
            self._write("memory.max", limit)
            self._write("memory.swap.max", 0)
            self._write("memory.peak", 0)
        else:
            self._write("memory.force_empty", 0)
            self._write("memory.limit_in_bytes", limit)
            self._write("memory.max_usage_in_bytes", 0)
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: self._write("cgroup.procs", os.getpid()))
        if done.returncode != 0:
            sys.exit(f"error: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout, int((self.path / ("memory.peak" if self.v2 else "memory.max_usage_in_bytes")).read_text())


def forget(path):
    """Pages that others have cached cost a group nothing: nobody may have them."""
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def model_in(folder, binaries, vocabulary):
    path = folder / "shape-moe-q8_0.gguf"
    if not path.exists():
        part = path.with_suffix(".part")
        subprocess.run([binaries / "make_model", "--shape", "moe", "--type", "q8_0", "--vocabulary", vocabulary, part], check=True)
        part.rename(path)
    if not pathlib.Path(f"{path}.manifest.json").exists():
        subprocess.run([binaries / "tessera", "fragment", path], check=True, stdout=subprocess.DEVNULL)
    return path


def tessera_run(group, binaries, model, limit):
    text, peak = group.run([binaries / "tessera", "bench", model, "-p", PROMPT, "-n", DECODE, "-r", 1, "--threads", 2, "--exact", "off",
                            "--ctx", 1024, "--memory", int(limit * 0.95), "--json"], limit)
    answer = json.loads(text)
    return answer["prefill"]["median_tps"], answer["decode"]["median_tps"], peak


def llama_run(group, tools, model, limit):
    text, peak = group.run([tools / "llama-bench", "-m", model, "-p", PROMPT, "-n", DECODE, "-r", 1, "-t", 2, "--repack", 0, "-fa", "on",
                            "--load-mode", "mmap", "-o", "json"], limit)
    by_test = {("prefill" if row["n_prompt"] else "decode"): row["avg_ts"] for row in json.loads(text)}
    return by_test["prefill"], by_test["decode"], peak


def compare_experts(binaries, tools, folder, vocabulary, rounds):
    print(f"\n## A mixture of experts four times larger than its memory, median of {rounds} alternating rounds\n")
    try:
        group = MemoryGroup()
    except OSError as problem:
        print(f"Left out: no control group can be made here ({problem}).")
        return
    try:
        model = model_in(folder, binaries, vocabulary)
        size = model.stat().st_size
        limit = size // 4
        ours, theirs = [], []
        for _ in range(rounds):
            forget(model)
            ours.append(tessera_run(group, binaries, model, limit))
            forget(model)
            theirs.append(llama_run(group, tools, model, limit))
    finally:
        group.close()
    mine, peers = ([statistics.median(column) for column in zip(*runs)] for runs in (ours, theirs))
    print(f"{size / 1e6:.0f} MB, of which a token uses about 7 %; the group may have {limit / 1e6:.0f} MB, --memory {limit * 0.95 / 1e6:.0f} MB.\n")
    print("| | Tessera | llama.cpp | ratio |\n|---|---|---|---|")
    for label, a, b in zip((f"prefill {PROMPT}, tokens/s", f"decode {DECODE}, tokens/s"), mine, peers):
        print(f"| {label} | {a:.2f} | {b:.2f} | {a / b:.2f} |")
    print(f"| most memory of the group, MB | {mine[2] / 1e6:.0f} | {peers[2] / 1e6:.0f} | |", flush=True)

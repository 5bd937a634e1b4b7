# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts "fetch" and "serve" of scripts/bench: over HTTP beside nginx and curl, and 16 clients of the API beside one."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; default_type application/octet-stream; client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command):
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def tessera(binary, model, *options):
    with running([binary, "serve", model, "--listen", "127.0.0.1:0", *options]) as process:
        line = process.stdout.readline()
        yield re.search(r"http://[0-9.:]+", line).group(0)


@contextlib.contextmanager
def nginx(root):
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        configuration = pathlib.Path(folder) / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port, root=root))
        with running(["nginx", "-c", configuration]):
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"


def curl_seconds(urls, ranges, parallel, folder=None):
    """One curl process that fetches everything, into files of `folder` on the disk if there is one."""
    lines = []
    for number, (url, span) in enumerate(zip(urls, ranges)):
        lines += ["next"] if lines else []
        lines += [f'url = "{url}"', f'output = "{folder}/{number}"' if folder else 'output = "/dev/null"', "fail", "silent", "show-error"]
        lines += [f'range = "{span}"'] if span else []
    start = time.perf_counter()
    subprocess.run(["curl", "-Z", "--parallel-max", str(parallel), "--parallel-immediate", "-K", "-"], input="\n".join(lines), text=True, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if folder:
        subprocess.run(["sync", *(f"{folder}/{number}" for number in range(len(urls)))], check=True)
    return time.perf_counter() - start


def fetch_seconds(binary, link, parallel, folder):
    start = time.perf_counter()
    subprocess.run([str(binary), "fetch", link, "-o", folder, "--connections", str(parallel), "-q"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


@contextlib.contextmanager
def served_set(binary, model):
    """A folder with the model's fragments and manifest, and with the model and its manifest in place."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as place:
        folder = pathlib.Path(place) / "set"
        subprocess.run([str(binary), "fragment", str(model), "-o", str(folder), "-q"], check=True, stdout=subprocess.DEVNULL)
        for path in (pathlib.Path(model), pathlib.Path(f"{model}.manifest.json")):
            os.symlink(path, folder / path.name)
        yield folder


def compare_fetching(binary, label, model, rounds):
    manifest = json.loads(pathlib.Path(f"{model}.manifest.json").read_text())
    fragments = manifest["fragments"]
    size = sum(file["size_bytes"] for file in manifest["files"])
    name = pathlib.Path(model).name
    with served_set(binary, model) as folder, nginx(folder) as url:
        for what, link, paths, ranges in (
                ("folder of fragments", "manifest.json", [f"fragments/{one['fragment_id']}.dat" for one in fragments], [None] * len(fragments)),
                ("ranges of a plain GGUF", f"{name}.manifest.json", [name] * len(fragments),
                 [f"{one['offset']}-{one['offset'] + one['size_bytes'] - 1}" for one in fragments])):
            for parallel in (1, 4, 16):
                mine, theirs = [], []
                for number in range(rounds + 1):
                    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as place:
                        ours = fetch_seconds(binary, f"{url}/{link}", parallel, f"{place}/models")
                        shutil.rmtree(f"{place}/models")
                        curls = curl_seconds([f"{url}/{one}" for one in paths], ranges, parallel, place)
                    if number:
                        mine.append(ours)
                        theirs.append(curls)
                ours, curls = (size / statistics.median(times) / 1e6 for times in (mine, theirs))
                print(f"| {label} | {what} | {parallel} | {ours:.0f} | {curls:.0f} | {ours / curls:.2f} |", flush=True)


def compare_throughput(binary, label, model, rounds):
    manifest = json.loads(pathlib.Path(f"{model}.manifest.json").read_text())
    size = sum(file["size_bytes"] for file in manifest["files"])
    with served_set(binary, model) as folder:
        name = pathlib.Path(model).name
        ids = [fragment["fragment_id"] for fragment in manifest["fragments"]]
        spans = [f"{fragment['offset']}-{fragment['offset'] + fragment['size_bytes'] - 1}" for fragment in manifest["fragments"]]
        with nginx(folder) as theirs, tessera(binary, folder, "--fragments-only") as ours_folder, tessera(binary, model, "--fragments-only") as ours_file:
            for what, ours, path, ranges in (("folder of fragments", ours_folder, [f"fragments/{one}.dat" for one in ids], [None] * len(ids)),
                                             ("ranges of a plain GGUF", ours_file, [name] * len(spans), spans)):
                for parallel in (1, 4, 16):
                    times = {ours: [], theirs: []}
                    for number in range(rounds + 1):
                        for server in (ours, theirs):
                            seconds = curl_seconds([f"{server}/{one}" for one in path], ranges, parallel)
                            if number:
                                times[server].append(seconds)
                    mine, nginxs = (size / statistics.median(times[server]) / 1e6 for server in (ours, theirs))
                    print(f"| {label} | {what} | {parallel} | {mine:.0f} | {nginxs:.0f} | {mine / nginxs:.2f} |", flush=True)


def complete(url, model, tokens, prompt):
    body = json.dumps({"model": model, "prompt": prompt, "max_tokens": tokens, "temperature": 0, "logit_bias": {"2": -100}}).encode()
    request = urllib.request.Request(f"{url}/v1/completions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)["usage"]["completion_tokens"]


def compare_clients(binary, label, model, clients=16, tokens=32):
    name = pathlib.Path(model).stem
    with tessera(binary, model, "--parallel", clients, "--ctx", 512) as url:
        complete(url, name, 4, "Load.")
        start = time.perf_counter()
        one = complete(url, name, tokens, "One two three.") / (time.perf_counter() - start)
        start = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            def ask(i):
                count = complete(url, name, tokens, f"{i} two three.")
                return count, time.perf_counter() - start
            answers = list(pool.map(ask, range(clients)))
        seconds = time.perf_counter() - start
        together = sum(count for count, _ in answers) / seconds
        print(f"| {label} | {one:.1f} | {together:.1f} | {together / one:.2f} | {min(at for _, at in answers):.1f}–{max(at for _, at in answers):.1f} s |", flush=True)


def compare_fetchers(binary, found, rounds):
    print(f"\n## Fetching from nginx, verified and on the disk, beside curl and sync: MB/s, median of {rounds} alternating rounds\n")
    if not (shutil.which("nginx") and shutil.which("curl")):
        return print("nginx or curl is not installed here")
    print("| model | what | at once | tessera fetch | curl and sync | ratio |\n|---|---|---|---|---|---|")
    for label, model in found:
        compare_fetching(binary, label, model, rounds)


def compare_serving(binary, found, rounds):
    if shutil.which("nginx") and shutil.which("curl"):
        print(f"\n## Serving fragments: MB/s as curl sees it, median of {rounds} alternating rounds\n")
        print("| model | what | at once | Tessera | nginx | ratio |\n|---|---|---|---|---|---|")
        for label, model in found:
            compare_throughput(binary, label, model, rounds)
    print("\n## API: tokens/s of one client, of 16 at once together, and when the first and the last of the 16 had its answer\n")
    print("| model | one | 16 | ratio | answered after |\n|---|---|---|---|---|")
    for label, model in found:
        compare_clients(binary, label, model)

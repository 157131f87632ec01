"""PyTorch's side of a paired bench. Reads "train|infer ARCHITECTURE SIZE BATCH" per line, answers with the seconds of one
step; "memory ARCHITECTURE SIZE BATCH" with the bytes by which three training steps raise the peak of this process.

Run by bench/torchPeer.ts: python torchPeer.py THREADS wall|cpu
"""
import pathlib
import resource
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests/fixtures/pytorch"))

import torch
import torch.nn.functional as F
from networks import NETWORKS, Layers

torch.set_num_threads(int(sys.argv[1]))
clock = time.process_time if sys.argv[2] == "cpu" else time.perf_counter
prepared = {}


def prepare(name, size, batch):
    key = (name, size, batch)
    if key not in prepared:
        prepared.clear()
        layers = Layers()
        x = torch.randn(batch, 3, size, size)
        with torch.no_grad():
            NETWORKS[name](layers, x)
        optimizer = torch.optim.Adam(layers.parameters.values(), 1e-3)
        prepared[key] = (layers, NETWORKS[name], x, torch.arange(batch) % 2, optimizer)
    return prepared[key]


def train(*key):
    layers, network, x, y, optimizer = prepare(*key)
    layers.training = True
    started = clock()
    optimizer.zero_grad()
    loss = F.cross_entropy(network(layers, x), y)
    loss.backward()
    optimizer.step()
    loss.item()
    return clock() - started


def infer(*key):
    layers, network, x, _, _ = prepare(*key)
    layers.training = False
    with torch.inference_mode():
        started = clock()
        network(layers, x)
        return clock() - started


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


loaded = peak()


def memory(*key):
    for _ in range(3):
        train(*key)
    return peak() - loaded


print(torch.__version__, flush=True)
for line in sys.stdin:
    kind, name, size, batch = line.split()
    print({"train": train, "infer": infer, "memory": memory}[kind](name, int(size), int(batch)), flush=True)

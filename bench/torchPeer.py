"""PyTorch's side of a paired bench: reads "train" or "infer" and a size per line, answers with seconds per step.

Run by bench/torchPeer.ts: python torchPeer.py PATH_OF_torch_steps.py THREADS
The network is the one of torch_steps.py; its own loop at the end of the file is left out.
"""
import sys
import time

import torch
import torch.nn.functional as F

source = open(sys.argv[1], encoding="utf-8").read().split("\nfor cl in")[0]
scope = {}
exec(compile(source, "torch_steps.py", "exec"), scope)
torch.set_num_threads(int(sys.argv[2]))
batch = 16
prepared = {}


def prepare(size):
    if size not in prepared:
        model = scope["r18"]()
        x = torch.randn(batch, 3, size, size)
        y = torch.arange(batch) % 2
        prepared[size] = (model, x, y, torch.optim.Adam(model.parameters(), 1e-3))
    return prepared[size]


def train(size):
    model, x, y, optimizer = prepare(size)
    model.train()
    started = time.perf_counter()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    loss.item()
    return time.perf_counter() - started


def infer(size):
    model, x, _, _ = prepare(size)
    model.eval()
    with torch.no_grad():
        started = time.perf_counter()
        model(x)
        return time.perf_counter() - started


print(torch.__version__, flush=True)
for line in sys.stdin:
    kind, size = line.split()
    print({"train": train, "infer": infer}[kind](int(size)), flush=True)

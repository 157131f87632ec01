"""Trains a network in PyTorch as Groundglass does, on the pictures, folds and starting weights it is given.

python trainPeer.py JOB.json      (used with torch 2.13.0+cpu, numpy 2.4.6)

JOB: {architecture, snapshot, start, folds, epochs, batch, learningRate, weightDecay, augmentation, seed, threads, testing}.
`snapshot` is a snapshot folder (manifest.json, splits.json, tensors.bin), `start` a folder with start.json (names and
shapes) and start.bin (float32). Prints a JSON line per epoch, and per fold the logits of its test cases by the weights of
the epoch with the smallest validation loss. Everything is the same as in Groundglass but the numbers drawn: AdamW with
decay on filters and matrices, cosine schedule by step, class-weighted cross entropy, one affine warp, contrast and
brightness.
"""
import json
import math
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "fixtures/pytorch"))

import numpy as np
import torch
import torch.nn.functional as F
from networks import NETWORKS, Layers

job = json.load(open(sys.argv[1]))
torch.set_num_threads(job["threads"])
folder = pathlib.Path(job["snapshot"])
manifest = json.load(open(folder / "manifest.json"))
splits = json.load(open(folder / "splits.json"))
how = manifest["preprocessing"]
size = how["size"]
levels = np.fromfile(folder / "tensors.bin", dtype="<u2").reshape(len(manifest["cases"]), 1, size, size)
greys = torch.from_numpy(levels.astype(np.float32) / 65535)
classes = manifest["classes"]
truth = torch.tensor([classes.index(case["className"]) for case in manifest["cases"]])
positive = classes.index(manifest["positive"])
network = NETWORKS[job["architecture"]]


def normalised(pictures):
    return (pictures - how["mean"]) / how["standardDeviation"]


def starting_layers():
    layers = Layers(classes=len(classes))
    start = pathlib.Path(job["start"])
    values = np.fromfile(start / "start.bin", dtype="<f4")
    at = 0
    for entry in json.load(open(start / "start.json")):
        count = math.prod(entry["shape"])
        tensor = torch.from_numpy(values[at : at + count].copy()).reshape(entry["shape"])
        layers.parameters[entry["name"]] = tensor.requires_grad_()
        at += count
    expected = len(layers.parameters)
    layers.training = True
    with torch.no_grad():
        network(layers, torch.zeros(2, 1, size, size))
    layers.statistics.clear()
    assert len(layers.parameters) == expected, "the starting weights are those of another network"
    return layers


def augmented(pictures, generator):
    a, n = job["augmentation"], len(pictures)
    symmetric = lambda: 2 * torch.rand(n, generator=generator) - 1
    flip = lambda wanted: torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0) if wanted else torch.ones(n)
    columns, rows = flip(a["flipHorizontal"]), flip(a["flipVertical"])
    shift_columns, shift_rows = symmetric() * a["shift"] * size, symmetric() * a["shift"] * size
    angle = symmetric() * a["rotationDegrees"] * math.pi / 180
    contrast, brightness = 1 + symmetric() * a["intensity"], symmetric() * a["intensity"]
    cosine, sine, centre = torch.cos(angle), torch.sin(angle), (size - 1) / 2
    a11, a12, a21, a22 = columns * cosine, columns * sine, -rows * sine, rows * cosine
    t1 = -(a11 * shift_columns + a12 * shift_rows) / centre
    t2 = -(a21 * shift_columns + a22 * shift_rows) / centre
    theta = torch.stack([torch.stack([a11, a12, t1], 1), torch.stack([a21, a22, t2], 1)], 1)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=True)
    warped = F.grid_sample(pictures, grid, mode="bilinear", padding_mode="zeros", align_corners=True)
    return normalised(warped) * contrast.view(-1, 1, 1, 1) + brightness.view(-1, 1, 1, 1)


def logits_of(layers, cases):
    layers.training = False
    with torch.inference_mode():
        parts = [network(layers, normalised(greys[cases[i : i + 32]])) for i in range(0, len(cases), 32)]
    layers.training = True
    return torch.cat(parts)


def auroc(scores, is_positive):
    scores, is_positive = scores.double().numpy(), is_positive.numpy()
    above = scores[is_positive][:, None] - scores[~is_positive][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def copy_of(layers):
    kept = {**layers.parameters, **layers.statistics}
    return {name: value.detach().clone() for name, value in kept.items()}


def train(number, parts):
    torch.manual_seed(job["seed"] + number)
    generator = torch.Generator().manual_seed(job["seed"] * 1000 + number)
    parts = np.array(parts)
    cases = {part: torch.from_numpy(np.where(parts == part)[0]) for part in ("train", "val", "test")}
    counts = torch.bincount(truth[cases["train"]], minlength=len(classes)).float()
    weights = len(cases["train"]) / (len(classes) * counts)
    layers = starting_layers()
    decayed = [p for p in layers.parameters.values() if p.dim() > 1]
    plain = [p for p in layers.parameters.values() if p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": job["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=job["learningRate"])
    steps = math.ceil(len(cases["train"]) / job["batch"])
    best, spent, worked = None, 0.0, 0.0
    for epoch in range(1, job["epochs"] + 1):
        started, processed = time.perf_counter(), time.process_time()
        order = cases["train"][torch.randperm(len(cases["train"]), generator=generator)]
        order = torch.cat([order, order])[: steps * job["batch"]]
        for step in range(steps):
            done = (epoch - 1) * steps + step
            for group in optimizer.param_groups:
                group["lr"] = job["learningRate"] * (1 + math.cos(math.pi * done / (job["epochs"] * steps))) / 2
            batch = order[step * job["batch"] : (step + 1) * job["batch"]]
            loss = F.cross_entropy(network(layers, augmented(greys[batch], generator)), truth[batch], weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        logits = logits_of(layers, cases["val"])
        validation = F.cross_entropy(logits, truth[cases["val"]], weights).item()
        spent += time.perf_counter() - started
        worked += time.process_time() - processed
        score = auroc(torch.softmax(logits, 1)[:, positive], truth[cases["val"]] == positive)
        line = {"fold": number, "epoch": epoch, "valLoss": validation, "valAuroc": score, "seconds": spent, "cpuSeconds": worked}
        print(json.dumps(line), flush=True)
        if job["testing"] and (best is None or validation < best[0]):
            best = (validation, copy_of(layers))
    if best is None:
        return
    for name, value in best[1].items():
        if name in layers.parameters:
            layers.parameters[name] = value
        else:
            layers.statistics[name] = value
    scores = torch.softmax(logits_of(layers, cases["test"]), 1)[:, positive].tolist()
    print(json.dumps({"fold": number, "cases": cases["test"].tolist(), "scores": scores}), flush=True)


print(json.dumps({"version": torch.__version__}), flush=True)
if splits["kind"] == "folds":
    for number, parts in enumerate(splits["folds"], 1):
        if number in job["folds"]:
            train(number, parts)
else:
    train(0, splits["parts"])

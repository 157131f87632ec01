"""The random-base head of `npm run test:real heads` in PyTorch, on the folds of a snapshot folder.

python randomBasePeer.py SNAPSHOT_FOLDER [SEED] [FOLDS]     (made with torch 2.13.0+cpu, numpy 2.4.6)

ResNet-18 with random weights of its own, statistics averaged over the training images, features averaged at four depths,
logistic regression with C chosen on validation. Prints AUROC and C of each fold.
"""
import json
import sys

import numpy as np
import torch
from torch import nn

folder = sys.argv[1]
torch.manual_seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
manifest = json.load(open(f"{folder}/manifest.json"))
folds = json.load(open(f"{folder}/splits.json"))["folds"][: int(sys.argv[3]) if len(sys.argv) > 3 else None]
how = manifest["preprocessing"]
levels = np.fromfile(f"{folder}/tensors.bin", dtype="<u2").reshape(len(manifest["cases"]), 1, how["size"], how["size"])
images = torch.tensor((levels.astype("float32") / 65535 - how["mean"]) / how["standardDeviation"])
truth = np.array([case["className"] == manifest["positive"] for case in manifest["cases"]]).astype(int)


def norm(channels):
    return nn.BatchNorm2d(channels, momentum=None)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), norm(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), norm(outputs),
        )
        changes = stride != 1 or inputs != outputs
        self.around = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), norm(outputs)) if changes else nn.Identity()

    def forward(self, x):
        return torch.relu(self.inner(x) + self.around(x))


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 64, 7, 2, 3, bias=False), norm(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        widths = [64, 64, 128, 256, 512]
        self.stages = nn.ModuleList(
            nn.Sequential(Block(widths[i], widths[i + 1], 1 if i == 0 else 2), Block(widths[i + 1], widths[i + 1], 1)) for i in range(4)
        )
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x, features = self.stem(x), []
        for stage in self.stages:
            x = stage(x)
            features.append(x.mean((2, 3)))
        return torch.cat(features, 1)


def auroc(scores, truths):
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    positives = truths.sum()
    return (ranks[truths == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(truths) - positives))


def fit(x, y, weights, c):
    w = torch.zeros(x.shape[1] + 1, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(x @ w[:-1] + w[-1], y, reduction="none")
        value = (weights * loss).sum() * c + 0.5 * (w[:-1] ** 2).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return w.detach()


base = Base()
for number, fold in enumerate(folds, 1):
    parts = {name: np.where(np.array(fold) == name)[0] for name in ("train", "val", "test")}
    for layer in base.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
    with torch.no_grad():
        base.train()
        for start in range(0, len(parts["train"]), 32):
            base(images[parts["train"][start : start + 32]])
        base.eval()
        features = torch.cat([base(images[start : start + 64]) for start in range(0, len(images), 64)]).double()
    x = (features - features[parts["train"]].mean(0)) / (features[parts["train"]].std(0) + 1e-12)
    y = torch.tensor(truth).double()
    positives = y[parts["train"]].mean()
    weights = torch.where(y == 1, 0.5 / positives, 0.5 / (1 - positives))
    best = None
    for c in [3e-3, 1e-2, 3e-2, 1e-1]:
        w = fit(x[parts["train"]], y[parts["train"]], weights[parts["train"]], c)
        logits = x @ w[:-1] + w[-1]
        loss = nn.functional.binary_cross_entropy_with_logits(logits[parts["val"]], y[parts["val"]], weights[parts["val"]]).item()
        if best is None or loss < best[0]:
            best = (loss, c, logits.numpy())
    print(json.dumps({"fold": number, "auroc": auroc(best[2][parts["test"]], truth[parts["test"]]), "c": best[1]}), flush=True)

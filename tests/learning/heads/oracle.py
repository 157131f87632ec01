"""Writes linear.json: optima of the linear heads' objectives, found by PyTorch in float64.

python oracle.py > linear.json      (made with torch 2.13.0+cpu, numpy 2.4.6)
"""
import json
import math

import torch


def data(n, d, classes):
    x = torch.tensor([[math.sin(1.7 * i + 2.3 * j) + 0.3 * ((i % classes) == (j % classes)) * (1 + j % 2) for j in range(d)] for i in range(n)], dtype=torch.float64)
    y = torch.tensor([i % classes if i % 7 else (i + 1) % classes for i in range(n)])
    s = torch.tensor([1 + 0.5 * (i % 3) for i in range(n)], dtype=torch.float64)
    return x, y, s


def solve(loss, classes, c, n=60, d=5):
    x, y, s = data(n, d, classes)
    x = (x - x.mean(0)) / x.std(0, correction=0)
    outputs = 1 if classes == 2 else classes
    w = torch.zeros(outputs, d + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], lr=1, max_iter=2000, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe")

    def value():
        z = x @ w[:, :-1].T + w[:, -1]
        if loss == "logistic":
            full = torch.cat([torch.zeros_like(z), z], 1) if outputs == 1 else z
            each = torch.nn.functional.cross_entropy(full, y, reduction="none")
        else:
            t = torch.where(y[:, None] == (torch.arange(outputs) + (outputs == 1)), 1.0, -1.0)
            each = torch.clamp(1 - t * z, min=0).pow(2).sum(1)
        return (s * each).sum() * c + 0.5 * w[:, :-1].pow(2).sum()

    def closure():
        optimizer.zero_grad()
        loss_value = value()
        loss_value.backward()
        return loss_value

    for _ in range(20):
        optimizer.step(closure)
    return {"loss": loss, "classes": classes, "c": c, "objective": value().item(), "weights": w.detach().flatten().tolist()}


print(json.dumps([solve(loss, classes, c) for loss in ("logistic", "svm") for classes in (2, 3) for c in (0.01, 1)], indent=1))

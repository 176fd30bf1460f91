"""Trains both nets on prints drawn here and writes assets/print/nik.bin: `python3 scripts/print/train.py`.

Takes about 20 minutes on two idle cores. Every draw is seeded, and each net trains on one thread.
"""
import argparse
import math
import multiprocessing
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

import cards
import nets

ROOT = Path(__file__).resolve().parents[2]
PER_CHUNK = 250


def chunk(job):
    """A batch of cards: coarse pictures with their heat, strips with what stands at each column."""
    seed, number, path = job
    coarse, heat, strips, columns = [], [], [], []
    for index in range(PER_CHUNK):
        rng = np.random.default_rng([seed, number, index])
        clean, digits, centres = cards.clean_card(rng)
        shot, pixels = cards.photograph(rng, clean, rng.beta(1.1, 1.4))
        corners = cards.found_corners(rng, rng.choice([0.9, 1.8, 2.7]))
        card, from_mm = cards.rectified(rng, shot, pixels, corners, nets.CARD)
        coarse.append(nets.cv2.resize(card, nets.COARSE, interpolation=nets.cv2.INTER_AREA))
        heat.append(heat_of(from_mm, centres))
        points = cards.to_pixels(from_mm, centres)
        for _ in range(2):
            strip, labels = strip_of(rng, card, points, digits)
            strips.append(strip)
            columns.append(labels)
    np.savez(path, coarse=coarse, heat=np.array(heat, np.int8), strips=strips, columns=np.array(columns, np.int8))


def heat_of(from_mm, centres):
    """1 on the row, 0 off it, -1 at its edge, for each cell of the finder."""
    rows, columns = nets.COARSE[1] // nets.CELL, nets.COARSE[0] // nets.CELL
    if len(centres) == 0:
        return np.zeros((rows, columns))
    y, x = np.mgrid[:rows, :columns] * nets.CELL + 0.5
    zoom = np.array([nets.CARD[0] / nets.COARSE[0], nets.CARD[1] / nets.COARSE[1]])
    points = cards.to_pixels(np.linalg.inv(from_mm), (np.stack([x.ravel(), y.ravel()], 1) * zoom)).reshape(rows, columns, 2)
    off = np.maximum(np.abs(points[..., 1] - centres[0, 1]), np.maximum(centres[0, 0] - points[..., 0], points[..., 0] - centres[-1, 0]))
    return np.where(off < 1.2, 1, np.where(off < 1.75, -1, 0))


def strip_of(rng, card, points, digits):
    """A strip as the finder would place it, a little off; now and then from anywhere. Labels: 10 none, -1 ignored."""
    labels = np.full(nets.STRIP[0] // 4, 10)
    if len(digits) == 0 or rng.random() < 0.04:
        centre = rng.uniform([200, 60], [480, 370])
        if len(digits) and abs(centre[1] - points[:, 1].mean()) < 40:
            centre[1] += 90
        return nets.cut_strip(card, centre, rng.normal(0, 0.03))[0], labels
    along = points[-1] - points[0]
    turn = math.atan2(along[1], along[0]) + rng.normal(0, 0.012)
    centre = points.mean(0) + [rng.uniform(-34, 34), rng.normal(0, 2.2)]
    zoom = math.exp(rng.normal(0, 0.06))
    strip, to_strip = nets.cut_strip(card, centre, turn, (zoom * rng.uniform(0.96, 1.04), zoom))
    x = (np.c_[points, np.ones(len(points))] @ to_strip.T)[:, 0]
    pitch = abs(x[-1] - x[0]) / (len(x) - 1)
    distance = np.abs(np.arange(len(labels))[:, None] * 4 - x)
    nearest = distance.argmin(1)
    off = distance.min(1) / pitch
    labels = np.where(off < 0.3, np.array([int(d) for d in digits])[nearest], np.where(off > 0.42, 10, -1))
    return strip, labels


def draw(seed, count, folder):
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{seed}-{number:03d}.npz" for number in range(count // PER_CHUNK)]
    jobs = [(seed, number, path) for number, path in enumerate(paths) if not path.exists()]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for done, _ in enumerate(pool.imap(chunk, jobs)):
            print(f"drawn {(done + 1) * PER_CHUNK} cards", flush=True)
    loaded = [np.load(path) for path in paths]
    return {name: np.concatenate([part[name] for part in loaded]) for name in ("coarse", "heat", "strips", "columns")}


def schedule(net, steps, peak):
    optimiser = torch.optim.AdamW(net.parameters(), peak, weight_decay=1e-4)
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, peak, steps, pct_start=0.15)


def train_finder(data, rng, steps, batch=16):
    net = nets.finder()
    optimiser, rate = schedule(net, steps, 4e-3)
    started, total = time.time(), 0.0
    for step in range(steps):
        pick = rng.integers(0, len(data["coarse"]), batch)
        images, heat = data["coarse"][pick], data["heat"][pick]
        # Any way round. The cells' centres are every fourth pixel from 0 on: 3 pixels further keeps them there.
        for axis in (1, 2):
            if rng.random() < 0.5:
                images, heat = np.roll(np.flip(images, axis), 1 - nets.CELL, axis), np.flip(heat, axis)
        wanted = torch.from_numpy(np.ascontiguousarray(heat, np.float32))
        loss = nn.functional.binary_cross_entropy_with_logits(net(nets.coarse_input(images))[:, 0], wanted, reduction="none")
        loss = loss[wanted >= 0].mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
        total += loss.item()
        if step % 100 == 99:
            print(f"finder {step + 1}/{steps} loss {total / 100:.4f} {time.time() - started:.0f} s", flush=True)
            total = 0.0
    return net


def train_reader(data, rng, steps, batch=48, width=208):
    net = nets.reader()
    optimiser, rate = schedule(net, steps, 4e-3)
    started, total, right, seen = time.time(), 0.0, 0, 0
    for step in range(steps):
        pick = rng.integers(0, len(data["strips"]), batch)
        first = int(rng.integers(0, (nets.STRIP[0] - width) // 4 + 1))
        # the finder is sometimes off by a third of a digit's height
        down = rng.integers(-3, 4, batch)[:, None] + np.arange(nets.STRIP[1])
        strips = np.take_along_axis(data["strips"][pick], np.clip(down, 0, nets.STRIP[1] - 1)[:, :, None], 1)
        x = nets.strip_input(strips)[..., first * 4 : first * 4 + width].contiguous()
        wanted = torch.from_numpy(data["columns"][pick, first : first + width // 4].astype(np.int64))
        scores = net(x)[:, :, 0]
        loss = nn.functional.cross_entropy(scores, wanted, ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
        total += loss.item()
        digits = (wanted >= 0) & (wanted < 10)
        right += (scores.argmax(1) == wanted)[digits].sum().item()
        seen += digits.sum().item()
        if step % 50 == 49:
            print(f"reader {step + 1}/{steps} loss {total / 50:.4f} columns right {right / seen:.4f} {time.time() - started:.0f} s", flush=True)
            total, right, seen = 0.0, 0, 0
    return net


def trained(options, data, name):
    """One net on one core: two threads of one net wait for each other more than they work."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    train, steps = {"finder": (train_finder, options.finder_steps), "reader": (train_reader, options.reader_steps)}[name]
    net = train(data, np.random.default_rng([options.seed, len(name), steps]), steps)
    torch.save(net.state_dict(), options.folder / f"{name}.pt")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cards", type=int, default=12_000)
    options.add_argument("--finder-steps", type=int, default=500)
    options.add_argument("--reader-steps", type=int, default=1_800)
    options.add_argument("--only", choices=["finder", "reader"], help="keep the other net as it is in --folder")
    options.add_argument("--folder", type=Path, default=ROOT / "target/print")
    options.add_argument("--out", type=Path, default=ROOT / "assets/print/nik.bin")
    options = options.parse_args()
    started = time.time()
    data = draw(options.seed, options.cards, options.folder)
    print(f"drawn in {time.time() - started:.0f} s", flush=True)
    jobs = [
        torch.multiprocessing.get_context("fork").Process(target=trained, args=(options, data, name))
        for name in ("finder", "reader")
        if options.only in (None, name)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    finder, reader = nets.finder(), nets.reader()
    for name, net in (("finder", finder), ("reader", reader)):
        net.load_state_dict(torch.load(options.folder / f"{name}.pt"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    print(f"{nets.save(options.out, [finder, reader])} bytes, {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()

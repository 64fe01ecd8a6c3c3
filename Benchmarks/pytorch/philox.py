# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The random numbers of BitSweep: Philox4x32-10 (Salmon et al., 2011), keyed by a seed, counted by what is drawn.

Element i of a stream depends on (seed, purpose, index, i) alone. Words are 32 bits in int64 tensors, on any device.
"""

import math
from enum import IntEnum

import torch
from torch import Tensor

LOW = 0xFFFFFFFF


class Purpose(IntEnum):
    """What numbers are drawn for; each purpose has its own sequence."""

    DEQUANTISATION = 1
    NOISE = 2
    INITIALISATION = 4
    ORDER = 6
    PERMUTATION = 8
    IMPULSES = 9


def words(seed: int, purpose: Purpose, indices: Tensor, count: int) -> Tensor:
    """N×count: the first words of the streams at the N `indices`."""
    blocks = (count + 3) // 4
    x0 = torch.arange(blocks, device=indices.device).expand(len(indices), blocks)
    x1 = torch.full_like(x0, purpose)
    x2 = (indices & LOW)[:, None].expand_as(x0)
    x3 = (indices >> 32)[:, None].expand_as(x0)
    k0, k1 = seed & LOW, seed >> 32
    for _ in range(10):
        # A product overflows into the sign, which the masks take away again.
        even, odd = x0 * 0xD2511F53, x2 * 0xCD9E8D57
        x0, x1, x2, x3 = (odd >> 32 & LOW) ^ x1 ^ k0, odd & LOW, (even >> 32 & LOW) ^ x3 ^ k1, even & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return torch.stack([x0, x1, x2, x3], dim=-1).reshape(len(indices), -1)[:, :count]


def uniforms(seed: int, purpose: Purpose, indices: Tensor, count: int) -> Tensor:
    """N×count floats in [0, 1): multiples of 2⁻²⁴."""
    return (words(seed, purpose, indices, count) >> 8).float() * 2**-24


def dequantisation(seed: int, indices: Tensor, count: int) -> Tensor:
    """N×count: the noise u of the images at `indices`, multiples of 2⁻¹⁶ in [0, 1)."""
    return (words(seed, Purpose.DEQUANTISATION, indices, count) >> 16).float() * 2**-16


def gaussians(seed: int, purpose: Purpose, indices: Tensor, count: int) -> Tensor:
    """N×count standard normal numbers by Box and Muller, in double precision."""
    pairs = words(seed, purpose, indices, 2 * ((count + 1) // 2)).reshape(len(indices), -1, 2)
    # BitSweep makes a word a float before anything else.
    logarithm = ((pairs[:, :, 0].float() + 1) * 2**-32).double().log()
    angle = (pairs[:, :, 1] >> 8).double() * (2 * math.pi * 2**-24)
    numbers = torch.stack([angle.cos(), angle.sin()], dim=-1) * (-2 * logarithm).sqrt()[:, :, None]
    return numbers.reshape(len(indices), -1)[:, :count]


def permutation(count: int, seed: int, number: int) -> Tensor:
    """0 ..< count in the order of the words of stream `number`."""
    return words(seed, Purpose.ORDER, torch.tensor([number]), count)[0].argsort(stable=True)

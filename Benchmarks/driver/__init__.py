# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""The commands of `Benchmarks/run`; standard library only, so that any Python 3.10 can start them."""

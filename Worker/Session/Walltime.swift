// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The time by which the worker must have left.
struct Walltime {
    /// When whatever still runs is given up, since the worker began: early enough to say so.
    let lastCall: Duration
    /// When a training is given back: its state takes a while to store.
    let lastTraining: Duration

    /// The worker has `limit` from its beginning; a twentieth of it, at most ten seconds, is kept for leaving.
    init(limit: Duration) {
        lastCall = limit - min(limit / 20, .seconds(10))
        lastTraining = lastCall - min(limit / 10, .seconds(60))
    }
}

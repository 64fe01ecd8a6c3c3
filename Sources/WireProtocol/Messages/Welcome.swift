// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The coordinator's answer to a `Hello` that it accepts.
public struct Welcome: Hashable, Sendable {
    /// The run's id.
    public var run: String
    /// Which life of the coordinator this is; grows with every start of the same run.
    public var epoch: UInt64
    /// How often each side is to give a sign of life: 1 ms … 1 h, in whole milliseconds.
    public var heartbeatInterval: Duration

    /// Lets a worker into life `epoch` of `run`.
    public init(run: String, epoch: UInt64, heartbeatInterval: Duration) {
        self.run = run
        self.epoch = epoch
        self.heartbeatInterval = heartbeatInterval
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a run pauses; it goes on when no reason is left.
public enum PauseReason: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for it.
    case user
    /// The store's disk is full, so that nothing can be committed.
    case disk
}

/// Why a run stops before its end.
public enum StopReason: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for it.
    case user
    /// As many shards failed as ``SchedulingConfiguration/maximumFailures`` allows.
    case failures
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Socket {
    /// What became of a message that was to be sent.
    public enum SendResult: Hashable, Sendable {
        /// It is on its way; whether it arrives, only an answer tells.
        case sent
        /// The queue to this peer is full, or no connection stands; try again once the socket is writable.
        case full
        /// The router has no peer of that routing id.
        case unreachable
    }

    /// What `poll` woke up for.
    public struct Readiness: Hashable, Sendable {
        /// A message can be received.
        public var readable = false
        /// A message can be sent; only reported when asked for.
        public var writable = false
        /// A connection report can be received; only with `reportsConnections`.
        public var reported = false
        /// The wake-up was signalled; it has been cleared.
        public var woken = false
        /// The ticker of a socket thread ran out.
        var ticked = false
    }
}

extension Socket.Readiness {
    /// Clears `wakeup` when it was what ended the wait.
    consuming func clearing(_ wakeup: Wakeup?) -> Self {
        if woken { wakeup?.clear() }
        return self
    }
}

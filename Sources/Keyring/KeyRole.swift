// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a key may do at a coordinator; a key has one role, and the coordinator asks for it with every message.
public enum KeyRole: String, Hashable, Sendable, CaseIterable {
    /// Computes and trains; it neither sees nor steers a run.
    case worker
    /// Sees how a run stands: `status`, `tail` and `explain`.
    case viewer
    /// Sees it, and steers it: `pause`, `resume`, `cancel` and `drain`.
    case `operator`

    /// Whether a key of this role may do what needs `needed`.
    public func allows(_ needed: KeyRole) -> Bool {
        self == needed || self == .operator && needed == .viewer
    }
}

extension KeyRole: CustomStringConvertible {
    /// The role as command lines and files spell it.
    public var description: String { rawValue }
}

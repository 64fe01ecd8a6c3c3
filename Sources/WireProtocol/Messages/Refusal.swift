// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why one side will not work with the other; its form is the same in every version of the protocol.
public struct Refusal: Hashable, Sendable {
    /// The kind of objection.
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// Something else, or something only a later version has a word for.
        case other
        /// The peer speaks another major version of the protocol.
        case protocolVersion
        /// The peer's numerics have another version or fingerprint.
        case numerics
        /// The peer's message makes no sense.
        case malformed
        /// The peer has not introduced itself: a `Hello` must come first.
        case unknownPeer
        /// Another living worker has this identity.
        case identityInUse
        /// The peer may not do this.
        case notAllowed
        /// There is no such run here.
        case unknownRun
        /// The worker has failed at what others can do.
        case quarantined
    }

    /// The kind of objection.
    public var reason: Reason
    /// The objection in words, with what to do.
    public var text: String

    /// An objection and its words.
    public init(_ reason: Reason, text: String) {
        self.reason = reason
        self.text = text
    }
}

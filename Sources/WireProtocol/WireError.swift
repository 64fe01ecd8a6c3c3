// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no message.
public enum WireError: Error, Hashable, Sendable {
    /// The bytes are no envelope of the protocol, or stop in the middle of one.
    case malformed(reason: String)
    /// The message, or a list in it, is larger than its kind may be.
    case tooLarge(kind: String, found: Int, limit: Int, unit: String)
    /// The peer speaks another major version.
    case incompatible(theirs: ProtocolVersion)
    /// The message is of a kind that this version does not know; a peer of a later minor version may send one.
    case unknownKind(number: Int)
    /// The message is of a kind that this side never receives.
    case unexpectedKind(String)
    /// A field's value is impossible.
    case invalidField(String, reason: String)
}

extension WireError: CustomStringConvertible {
    /// One line: what is wrong and, where the user can do something, what.
    public var description: String {
        switch self {
        case .malformed(let reason):
            "malformed message: \(reason)"
        case .tooLarge(let kind, let found, let limit, let unit):
            "malformed message: \(kind) of \(found) \(unit); at most \(limit) are accepted"
        case .incompatible(let theirs):
            "the peer speaks protocol \(theirs), this is \(ProtocolVersion.current): use one release of BitSweep on both"
        case .unknownKind(let number):
            "unknown kind of message \(number): the peer may be of a later release"
        case .unexpectedKind(let kind):
            "unexpected message: \(kind) is not for this side"
        case .invalidField(let field, let reason):
            "malformed message: \(field): \(reason)"
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// What became of a connection.
public enum ConnectionReport: Hashable, Sendable {
    /// Both sides know who the other is; messages go through.
    case established
    /// The handshake failed, for this reason; a dealer says also at which of its endpoints.
    case refused(HandshakeFailure, at: String? = nil)
    /// A connection that stood has ended; it is being made again.
    case lost
    /// There has been none for `elapsed`, for these reasons, one for each endpoint at least; told within a second of the
    /// beginning, after five seconds, and again at growing intervals.
    case missing([ConnectionObstacle], elapsed: Duration)
}

/// Why two sockets would not talk to each other.
public enum HandshakeFailure: Hashable, Sendable {
    /// The side that listens does not allow the key of the side that connects.
    case keyNotAllowed
    /// One side encrypts and the other does not.
    case mechanismMismatch
    /// One side could not decipher the other: it was meant for another server key.
    case undecipherable
    /// The other side closed the connection, or took longer than the handshake time-out, without saying why.
    ///
    /// That is what a client sees that has the wrong server key: the server does not talk to strangers.
    case closed
    /// The other side does not speak ZMTP as it should.
    case malformed
}

extension HandshakeFailure: CustomStringConvertible {
    /// What was met, in a few words that suit either side.
    public var description: String {
        switch self {
        case .keyNotAllowed: "the key is not allowed"
        case .mechanismMismatch: "one side encrypts and the other does not"
        case .undecipherable: "made for another server key"
        case .closed: "the connection ended during the handshake"
        case .malformed: "not the protocol that is spoken here"
        }
    }
}

extension ConnectionReport {
    /// What libzmq's event means; nil for events that decide nothing.
    init?(event: UInt16, value: UInt32) {
        switch Int32(event) {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .established
        case ZMQ_EVENT_DISCONNECTED: self = .lost
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .refused(.keyNotAllowed)
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .refused(.closed)
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: self = .refused(HandshakeFailure(protocolError: value))
        default: return nil
        }
    }
}

extension HandshakeFailure {
    fileprivate init(protocolError: UInt32) {
        switch Int32(bitPattern: protocolError) {
        case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: self = .mechanismMismatch
        case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC, ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE: self = .undecipherable
        default: self = .malformed
        }
    }
}

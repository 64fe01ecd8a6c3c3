// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What is sent at once and arrives whole or not at all: one or more frames of bytes.
public struct Message: Hashable, Sendable {
    /// The frames, in order.
    public var frames: [[UInt8]]
    /// The name that the ``ZAPHandler`` gave the key its sender proved to have; nil where no handler was asked.
    public var keyName: String?
    /// The IP address its sender connects from, without a port; nil where the socket's options do not ask for it, and for
    /// transports without one.
    public var peerAddress: String?

    /// A message of several frames.
    public init(frames: [[UInt8]]) {
        self.frames = frames
    }

    /// A message of one frame, as a dealer sends and receives it.
    public init(_ payload: [UInt8]) {
        frames = [payload]
    }

    /// A message of two frames, as a router sends and receives it: the peer's routing id, then the payload.
    public init(to peer: [UInt8], _ payload: [UInt8]) {
        frames = [peer, payload]
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a socket behaves; fixed when it is made.
public struct SocketOptions: Hashable, Sendable {
    /// Heartbeats of the transport itself, which find connections that died without a word.
    public struct Heartbeat: Hashable, Sendable {
        /// Time between two pings.
        public var interval: Duration
        /// Silence after which the connection is closed.
        public var timeout: Duration

        /// A ping every `interval`; a connection silent for `timeout` is closed.
        public init(interval: Duration, timeout: Duration) {
            self.interval = interval
            self.timeout = timeout
        }
    }

    /// How a connection that was lost, or never made, is tried again.
    public struct Reconnection: Hashable, Sendable {
        /// The first pause; libzmq adds a random part to each.
        public var initial: Duration
        /// The longest pause; pauses double until they reach it.
        public var maximum: Duration

        /// Pauses that double from `initial` to `maximum`.
        public init(initial: Duration, maximum: Duration) {
            self.initial = initial
            self.maximum = maximum
        }
    }

    /// How peers prove who they are, and whether others can read what they say.
    public enum Security: Hashable, Sendable {
        /// No proof, no encryption; for loopback.
        case none
        /// CURVE, on the side whose public key the others know.
        ///
        /// With a `zapDomain`, the ``ZAPHandler`` of the same context decides on every client, and without a handler
        /// none is let in. Without a domain, any client that knows the public key is.
        case curveServer(CurveSecretKey, zapDomain: String?)
        /// CURVE, on the side that knows the server's public key.
        case curveClient(CurveKeyPair, server: CurvePublicKey)
    }

    /// How long messages that are not sent yet outlive their closed socket; 1 s unless said otherwise, never for ever.
    public var linger: Duration = .seconds(1)
    /// Messages that may wait for one peer (ZMQ_SNDHWM); 10,000 unless said otherwise.
    public var sendLimit = 10_000
    /// Messages of one peer that may wait to be received (ZMQ_RCVHWM); 10,000 unless said otherwise.
    public var receiveLimit = 10_000
    /// Bytes of the largest frame that is accepted; 8 MiB unless said otherwise.
    ///
    /// A peer that sends a larger one is disconnected.
    public var maximumFrameBytes = 8 << 20
    /// Frames of the longest message that is accepted; 8 unless said otherwise.
    public var maximumFrames = 8
    /// Heartbeats of the transport; none unless said otherwise.
    public var heartbeat: Heartbeat?
    /// Pauses between attempts to connect; 100 ms to 32 s unless said otherwise.
    public var reconnection = Reconnection(initial: .milliseconds(100), maximum: .seconds(32))
    /// How long one attempt to connect may take; as long as the system tries, unless said otherwise.
    ///
    /// Where packets are dropped in silence, the system tries for minutes with ever longer pauses, even when the other
    /// side has been back for long.
    public var connectionTimeout: Duration?
    /// Whether names may resolve to IPv6 addresses, beside IPv4; they may unless said otherwise.
    public var ipv6 = true
    /// The name a router will know this socket by: 1…255 bytes, the first not zero; chosen by the router when nil.
    public var routingID: [UInt8]?
    /// Whether a dealer keeps messages only for connections that stand; if not (the default), also for one being made.
    public var onlyConnected = false
    /// Whether a router reports messages to unknown peers (the default) or drops them in silence.
    public var routerMandatory = true
    /// Whether a peer that comes back under the routing id of an older connection takes its place; it does by default.
    public var routerHandover = true
    /// How long a peer may take from the first byte to the proof of who it is; 10 s unless said otherwise.
    ///
    /// Connections that say nothing, or say it slowly, hold a descriptor until then and no longer.
    public var handshakeTimeout = Duration.seconds(10)
    /// Whether the socket keeps ``ConnectionReport``s for `receiveReport`; not unless said otherwise.
    public var reportsConnections = false
    /// Whether messages come with the address of their sender; not unless said otherwise.
    public var tellsAddresses = false
    /// Proof and encryption; none unless said otherwise.
    public var security = Security.none

    /// Every option at its default.
    public init() {}
}

extension SocketOptions.Security {
    /// Whether a ``ZAPHandler`` is asked, which then names the key of every peer.
    var namesKeys: Bool {
        guard case .curveServer(_, .some) = self else { return false }
        return true
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Connects to several addresses at once, to find the first in their order that answers, and hangs up again.
///
/// One after the other would take seconds for each that drops packets in silence. One that answers waits a little for
/// those before it in the order, as browsers do with IPv6 and IPv4 (RFC 8305).
public struct ConnectionProbe {
    /// Where to connect.
    public struct Target: Hashable, Sendable, CustomStringConvertible {
        /// The address.
        public let address: HostAddress
        /// The port.
        public let port: UInt16

        /// This port at this address.
        public init(_ address: HostAddress, port: UInt16) {
            (self.address, self.port) = (address, port)
        }

        /// Address and port, such as `10.0.0.1:7461`.
        public var description: String { "\(address):\(port)" }
    }

    /// How long one that answers waits for those before it.
    private static let courtesy: Duration = .milliseconds(250)

    private struct Call {
        /// The socket, while it has no answer.
        var descriptor: Int32?
        var code: Int32
    }

    private var calls: [Call]

    /// Calls each target.
    private init(_ targets: [Target]) {
        calls = targets.map { target in
            switch target.address.beginConnecting(port: target.port) {
            case .success(let descriptor): Call(descriptor: descriptor, code: ETIMEDOUT)
            case .failure(let failure): Call(code: failure.code)
            }
        }
    }

    /// Error numbers for each target: 0 where a connection came about, `ETIMEDOUT` where none did within `limit` or
    /// until a better one did.
    public static func codes(of targets: [Target], within limit: Duration) -> [Int32] {
        var probe = ConnectionProbe(targets)
        defer { probe.hangUp() }
        let begun = ContinuousClock.now
        var deadline = begun + limit
        while probe.isUndecided, .now < deadline {
            probe.wait(ContinuousClock.now.duration(to: deadline))
            if probe.calls.contains(where: { $0.code == 0 }) { deadline = min(deadline, .now + courtesy) }
        }
        return probe.calls.map(\.code)
    }

    /// Whether one without an answer comes before the first that answered well.
    private var isUndecided: Bool {
        calls.prefix { $0.code != 0 }.contains { $0.descriptor != nil }
    }

    /// Waits until some have answered.
    private mutating func wait(_ timeout: Duration) {
        let waiting = calls.indices.filter { calls[$0].descriptor != nil }
        var items = waiting.map { pollfd(fd: calls[$0].descriptor ?? -1, events: Int16(POLLOUT), revents: 0) }
        let milliseconds = Int32(clamping: Int64((timeout / .milliseconds(1)).rounded(.up)))
        guard unsafe poll(&items, nfds_t(items.count), max(0, milliseconds)) > 0 else { return }
        for (item, index) in zip(items, waiting) where item.revents != 0 {
            calls[index].code = Self.error(of: item.fd)
            close(item.fd)
            calls[index].descriptor = nil
        }
    }

    private static func error(of descriptor: Int32) -> Int32 {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout.size(ofValue: error))
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno
    }

    private mutating func hangUp() {
        for call in calls { if let descriptor = call.descriptor { close(descriptor) } }
    }
}

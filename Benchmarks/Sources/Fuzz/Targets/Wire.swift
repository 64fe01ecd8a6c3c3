// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

extension FuzzTarget {
    /// Messages of every side, as every side reads them.
    static let wire = FuzzTarget(name: "wire") { bytes in
        if let message = try? PeerMessage(decoding: bytes) { check(message) }
        if let message = try? CoordinatorMessage(decoding: bytes) { check(message) }
        _ = try? WorkerMessage(decoding: bytes)
        _ = try? ClientMessage(decoding: bytes)
    }

    private static func check(_ message: PeerMessage) {
        let bytes = (try? PeerMessage(decoding: message.encoded()))?.encoded()
        law(bytes != nil, "what was read can be written and read")
        law((try? PeerMessage(decoding: bytes ?? []))?.encoded() == bytes, "and stays the same ever after")
    }

    private static func check(_ message: CoordinatorMessage) {
        let bytes = (try? CoordinatorMessage(decoding: message.encoded()))?.encoded()
        law(bytes != nil, "what was read can be written and read")
        law((try? CoordinatorMessage(decoding: bytes ?? []))?.encoded() == bytes, "and stays the same ever after")
    }
}

extension PeerMessage {
    fileprivate func encoded() -> [UInt8] {
        switch self {
        case .worker(let message): message.encoded()
        case .client(let message): message.encoded()
        }
    }
}

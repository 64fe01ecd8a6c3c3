// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A question that libzmq puts to the ZAP handler about a client, and the answers to it (RFC 27, ZAP 1.0).
struct ZAPRequest {
    /// What the handler says, with the status code of RFC 27.
    enum Answer {
        /// 200: the client is let in under this name.
        case allowed(name: String)
        /// 400: the client is turned away.
        case refused(String)
        /// 500: the question made no sense.
        case failed(String)
    }

    static let version = Array("1.0".utf8)

    let domain: [UInt8]
    let address: String
    let mechanism: [UInt8]
    let credentials: [[UInt8]]

    /// Reads a router's message; nil when it is no request.
    ///
    /// Its frames: routing id, an empty one, version, request id, domain, address, the client's own routing id,
    /// mechanism, credentials.
    init?(_ message: Message) {
        let frames = message.frames
        guard frames.count >= 8, frames[1].isEmpty, frames[2] == Self.version else { return nil }
        domain = frames[4]
        address = String(decoding: frames[5].prefix(255), as: UTF8.self)
        mechanism = frames[7]
        credentials = Array(frames[8...])
    }

    /// The message that carries `answer` to the asker of `message`; nil when there is nobody to answer.
    static func reply(to message: Message, _ answer: Answer) -> Message? {
        let frames = message.frames
        guard frames.count >= 4, frames[1].isEmpty else { return nil }
        let (status, text, name) =
            switch answer {
            case .allowed(let name): ("200", "OK", name)
            case .refused(let reason): ("400", reason, "")
            case .failed(let reason): ("500", reason, "")
            }
        // The last frame would hold metadata; there is none.
        return Message(frames: [frames[0], [], version, frames[3]] + [status, text, name, ""].map { Array($0.utf8) })
    }
}

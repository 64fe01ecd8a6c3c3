// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A connection to a server on this machine over which bytes are sent as they are: what no browser would send, too.
public final class WebClient {
    /// An answer, as it came.
    public struct Answer: Sendable {
        /// The status code; 0 where nothing came.
        public var status = 0
        /// The fields, by name in lower case.
        public var headers: [String: String] = [:]
        /// What followed.
        public var body = ""
    }

    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1; nil where nobody listens.
    public init?(port: Int, patience: Int = 10) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        var wait = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the other side has ended.
    @discardableResult
    public func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// What comes next; empty at the end, or when nothing came in time.
    public func receive(atMost count: Int = 65536) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        return String(decoding: bytes.prefix(max(0, received)), as: UTF8.self)
    }

    /// All that comes until the other side ends, or `mark` came.
    public func receive(until mark: String?) -> String {
        var text = ""
        while mark.map({ !text.contains($0) }) ?? true {
            let more = receive()
            guard !more.isEmpty else { break }
            text += more
        }
        return text
    }

    /// Asks for a page over a connection of its own.
    public static func get(
        _ path: String,
        port: Int,
        method: String = "GET",
        headers: [String: String] = [:],
        body: String = ""
    ) -> Answer {
        guard let client = WebClient(port: port) else { return Answer() }
        var fields = headers
        if fields["Host"] == nil { fields["Host"] = "127.0.0.1:\(port)" }
        fields["Connection"] = "close"
        if !body.isEmpty { fields["Content-Length"] = "\(body.utf8.count)" }
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        client.send("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body)")
        return Answer(client.receive(until: nil))
    }
}

extension WebClient.Answer {
    /// Reads an answer that was received whole.
    public init(_ text: String) {
        guard let end = text.range(of: "\r\n\r\n") else { return }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(colon, offsetBy: 2)...].description
        }
        body = String(text[end.upperBound...])
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Reporting

/// What is answered.
package struct WebResponse: Sendable {
    /// What follows the head.
    package enum Body: Sendable {
        /// All of it.
        case whole([UInt8])
        /// Events, until either side has had enough.
        case events(EventStream)
    }

    /// The status code.
    package var status: Int
    /// The header fields, besides those that say how the body is sent.
    package var headers: [String: String]
    /// What follows.
    package var body: Body

    private init(_ status: Int, _ type: String, _ body: Body) {
        self.status = status
        headers = ["Content-Type": type]
        self.body = body
    }

    /// A page, of which a browser is told whether its `content` changed.
    static func page(_ html: HTML, of content: HTML, status: Int = 200) -> WebResponse {
        tagged(status, "text/html; charset=utf-8", Array(html.markup.utf8), by: Array(content.markup.utf8))
    }

    /// A page's figures.
    static func json(_ value: some Encodable, status: Int = 200) throws -> WebResponse {
        tagged(status, "application/json", Array((try ReportJSON.text(value) + "\n").utf8))
    }

    /// A stylesheet, a script, an image.
    static func asset(_ text: String, _ type: String) -> WebResponse {
        tagged(200, type, Array(text.utf8))
    }

    /// A line, or some.
    static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> WebResponse {
        WebResponse(status, type, .whole(Array(text.utf8)))
    }

    /// Events of a stream.
    static func events(_ stream: EventStream) -> WebResponse {
        var response = WebResponse(200, "text/event-stream", .events(stream))
        // nginx holds events back otherwise, until its buffer is full.
        response.headers["X-Accel-Buffering"] = "no"
        return response
    }

    /// That what is wanted is elsewhere; relative to the request's own address.
    static func elsewhere(_ address: String) -> WebResponse {
        var response = text("see \(address)\n", status: 303)
        response.headers["Location"] = address
        return response
    }

    private static func tagged(
        _ status: Int,
        _ type: String,
        _ bytes: [UInt8],
        by content: [UInt8]? = nil
    ) -> WebResponse {
        var response = WebResponse(status, type, .whole(bytes))
        let digest = SHA256.hash(data: content ?? bytes).prefix(12).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0\(digits)" : digits
        }
        response.headers["ETag"] = "\"\(digest.joined())\""
        return response
    }

    /// What is sent to somebody who has what `etags` names.
    func unless(known etags: String?) -> WebResponse {
        guard status == 200, let etag = headers["ETag"], let etags, etags.contains(etag) else { return self }
        var response = self
        response.status = 304
        response.body = .whole([])
        return response
    }

    /// The status line and the fields.
    func head(keepsAlive: Bool) -> [UInt8] {
        var lines = ["HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")"]
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if case .whole(let bytes) = body, status != 304 { lines.append("Content-Length: \(bytes.count)") }
        lines.append("Connection: \(keepsAlive ? "keep-alive" : "close")")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static let reasons = [
        200: "OK", 303: "See Other", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large",
        414: "URI Too Long", 421: "Misdirected Request", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        503: "Service Unavailable", 505: "HTTP Version Not Supported",
    ]
}

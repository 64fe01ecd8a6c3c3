// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads the head of a request strictly: what two servers could understand in two ways is refused.
enum RequestHead {
    /// Bytes of a head.
    static let largest = 16 << 10
    /// Header fields.
    static let mostFields = 100
    /// Bytes of a path with its query.
    static let longestTarget = 4 << 10
    /// Bytes of a body.
    static let largestBody = 4 << 10

    /// Where the head ends that `bytes` begin with, behind its empty line; nil before all of it is there.
    ///
    /// Of `bytes` the first `known` were looked at before: somebody who sends a byte at a time costs no more.
    static func end(in bytes: [UInt8], known: Int = 0) -> Int? {
        let first = max(0, known - 3)
        guard bytes.count >= first + 4 else { return nil }
        for start in first...bytes.count - 4
        where bytes[start] == 13 && bytes[start + 1] == 10 && bytes[start + 2] == 13 && bytes[start + 3] == 10 {
            return start + 4
        }
        return nil
    }

    /// Reads a head that ends with its empty line.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(WebFault) -> WebRequest {
        let lines = bytes.dropLast(4).split(separator: 10, omittingEmptySubsequences: false)
        var fields: [ArraySlice<UInt8>] = []
        for (number, line) in lines.enumerated() {
            guard number == lines.count - 1 || line.last == 13 else {
                throw WebFault(400, "a line of the request does not end as HTTP's lines do")
            }
            let line = number == lines.count - 1 ? line : line.dropLast()
            guard !line.contains(where: { $0 == 13 || $0 == 0 }) else {
                throw WebFault(400, "the request has a control character in a line")
            }
            fields.append(line)
        }
        guard let first = fields.first else { throw WebFault(400, "the request is empty") }
        var request = try request(first)
        request.headers = try headers(fields.dropFirst())
        try check(&request, isOld: first.suffix(3).elementsEqual("1.0".utf8))
        return request
    }

    private static func request(_ line: ArraySlice<UInt8>) throws(WebFault) -> WebRequest {
        let words = line.split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3 else { throw WebFault(400, "the request's first line is not 'METHOD /PATH HTTP/1.1'") }
        guard words[2].elementsEqual("HTTP/1.1".utf8) || words[2].elementsEqual("HTTP/1.0".utf8) else {
            throw WebFault(505, "only HTTP/1.1 is spoken here")
        }
        guard let method = WebRequest.Method(rawValue: String(decoding: words[0], as: UTF8.self)) else {
            throw WebFault(405, "only GET, HEAD and POST are known here")
        }
        guard words[1].count <= longestTarget else {
            throw WebFault(414, "the address has more than \(longestTarget) bytes")
        }
        let target = try RequestTarget(words[1])
        return WebRequest(method, path: target.path, query: target.query)
    }

    private static func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(WebFault) -> [String: String] {
        guard lines.count <= mostFields else { throw WebFault(431, "the request has more than \(mostFields) fields") }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex,
                line[..<colon].allSatisfy(isTokenByte),
                let value = String(validating: line[(colon + 1)...], as: UTF8.self)
            else { throw WebFault(400, "a header field is not written as 'Name: value'") }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let trimmed = value.trimming { $0 == " " || $0 == "\t" }
            if let earlier = headers[name] {
                guard !["host", "content-length", "transfer-encoding", "authorization"].contains(name) else {
                    throw WebFault(400, "the header field '\(name)' is there twice")
                }
                headers[name] = earlier + (name == "cookie" ? "; " : ", ") + trimmed
            } else {
                headers[name] = trimmed
            }
        }
        return headers
    }

    private static func check(_ request: inout WebRequest, isOld: Bool) throws(WebFault) {
        guard request.headers["transfer-encoding"] == nil else {
            throw WebFault(501, "a body must come with its length")
        }
        if let length = request.headers["content-length"] {
            guard !length.isEmpty, length.utf8.count <= 9, length.utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw WebFault(400, "the request's length is no number")
            }
        }
        guard request.announcedBody <= (request.method == .post ? largestBody : 0) else {
            throw WebFault(413, "nothing as long as this is taken here")
        }
        guard isOld || request.headers["host"] != nil else { throw WebFault(400, "the request names no host") }
        let connection = request.headers["connection"]?.lowercased() ?? ""
        request.isKeptAlive = isOld ? connection == "keep-alive" : !connection.contains("close")
    }

    /// Whether `byte` may be in a field's name: RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension String {
    /// The text without what `isIdle` finds at its ends.
    func trimming(_ isIdle: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isIdle($0) }), let last = lastIndex(where: { !isIdle($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}

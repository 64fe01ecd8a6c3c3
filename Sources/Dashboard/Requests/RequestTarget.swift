// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A path and its query, as an address writes them and as they are meant.
struct RequestTarget {
    /// The segments, decoded.
    let path: [String]
    /// Names and values, decoded.
    let query: [QueryItem]

    /// Reads what stands in a request's first line.
    init(_ bytes: ArraySlice<UInt8>) throws(WebFault) {
        guard bytes.first == 47, bytes.allSatisfy({ (33...126).contains($0) }) else {
            throw WebFault(400, "the address does not begin with '/', or has characters that must be encoded")
        }
        let parts = bytes.split(separator: 63, maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for segment in parts[0].dropFirst().split(separator: 47, omittingEmptySubsequences: false) {
            let text = try Self.decoded(segment)
            guard text != "..", text != ".", !text.contains("/") else {
                throw WebFault(400, "the address leads elsewhere")
            }
            path.append(text)
        }
        self.path = path == [""] ? [] : path
        query = try parts.count < 2 ? [] : Self.items(parts[1])
    }

    /// The names and values of a query, or of a form that was posted.
    static func items(_ bytes: ArraySlice<UInt8>) throws(WebFault) -> [QueryItem] {
        var items: [QueryItem] = []
        for item in bytes.split(separator: 38) {
            let sides = item.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(sides[0], plusIsSpace: true)
            items.append(QueryItem(name, try sides.count < 2 ? "" : decoded(sides[1], plusIsSpace: true)))
        }
        return items
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) throws(WebFault) -> String {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == 37 {
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    throw WebFault(400, "the address has a '%' without two hexadecimal digits")
                }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(plusIsSpace && byte == 43 ? 32 : byte)
            }
        }
        let hasControls = decoded.contains { $0 < 32 || $0 == 127 }
        guard let text = String(validating: decoded, as: UTF8.self), !hasControls else {
            throw WebFault(400, "the address is not UTF-8 text")
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// `text` as a segment of a path, or a value of a query, writes it.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: encoded.append(byte)
            default: encoded += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// A query with these names and values, its question mark before it; empty for none.
    static func query(_ items: [QueryItem]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }
}

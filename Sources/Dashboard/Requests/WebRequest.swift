// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a browser, or a program, asks for.
package struct WebRequest: Hashable, Sendable {
    /// What is to be done.
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    /// What is to be done.
    package var method: Method
    /// The segments of the path, decoded; the root has none, and a slash at the end is an empty last one.
    package var path: [String]
    /// The query's names and values, decoded, in their order.
    package var query: [QueryItem]
    /// The header fields by name in lower case.
    package var headers: [String: String]
    /// Whether the connection is kept for another request.
    package var isKeptAlive: Bool
    /// The body; empty unless something is posted.
    package var body: [UInt8] = []

    /// A request, by default for what is at `path` of this machine, with nothing else said.
    package init(
        _ method: Method = .get,
        path: [String],
        query: [QueryItem] = [],
        headers: [String: String] = ["host": "localhost"],
        isKeptAlive: Bool = true
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.isKeptAlive = isKeptAlive
    }

    /// Bytes of body that are announced; the head was checked for a number.
    var announcedBody: Int { headers["content-length"].flatMap { Int($0) } ?? 0 }
}

/// A name in a query, and its value.
package struct QueryItem: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The value; empty where there is none.
    package var value: String

    /// A name and its value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Why a request is not answered as it asks.
struct WebFault: Error, Hashable {
    /// The status code.
    var status: Int
    /// What is wrong, and what would be right.
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}

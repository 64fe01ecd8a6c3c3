// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A piece of running text: words, some of which are strong, code or links.
package struct ReportText: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// Words of one kind.
    package enum Span: Hashable, Sendable {
        case plain(String)
        case strong(String)
        case code(String)
        /// Words that lead to a place within the report: a file's path relative to its folder, or `#id`.
        case link(String, to: String)
    }

    /// The words, in their order.
    package var spans: [Span]

    /// Words of several kinds.
    package init(_ spans: [Span]) { self.spans = spans }

    /// Plain words.
    package init(_ text: String) { self.init([.plain(text)]) }

    /// Plain words.
    package init(stringLiteral text: String) { self.init(text) }

    /// Plain words and spans: `"written by \(.code("report"))"`.
    package init(stringInterpolation: Interpolation) { self.init(stringInterpolation.spans) }

    /// What an interpolated text is made of.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var spans: [Span] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { spans.append(.plain(literal)) }
        }

        package mutating func appendInterpolation(_ span: Span) { spans.append(span) }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            spans.append(.plain(value.description))
        }
    }
}

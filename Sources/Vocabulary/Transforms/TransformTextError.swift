// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not a transformation.
public enum TransformTextError: Error, Hashable, CustomStringConvertible {
    /// No transformation has this name.
    case unknownName(String)
    /// The parameters take more bytes than any transformation's can.
    case tooLong(Int, limit: Int)
    /// The transformation has another number of parameters.
    case wrongCount(found: Int, expected: [String])
    /// Something else stands where a parameter must.
    case unexpected(String, expected: String)
    /// The transformation has no such parameter.
    case unknownParameter(String, name: String)
    /// A parameter's value is not one of its values.
    case badValue(String, reason: String)
    /// The values are right and their spelling is not.
    case notCanonical(String, expected: String)
    /// The members of a chain are no chain.
    case noChain(ChainError)

    /// One line: what is wrong and what would be right.
    public var description: String { Excerpt.oneLine(message) }

    private var message: String {
        switch self {
        case .unknownName(let name):
            "unknown transform '\(Excerpt.short(name))'; there are \(TransformKind.names.joined(separator: ", "))"
        case .tooLong(let count, let limit):
            "transform parameters of \(counted(count, "byte")); at most \(limit) are possible"
        case .wrongCount(let found, let expected):
            "\(found) transform parameters instead of \(expected.count) (\(expected.joined(separator: ", ")))"
        case .unexpected(let pair, let key): "'\(pair)' where '\(key)=…' must stand"
        case .unknownParameter(let pair, let name): "'\(pair)' is not a parameter of \(name)"
        case .badValue(let pair, let reason): "in '\(pair)': \(reason)"
        case .notCanonical(let text, let canonical): "'\(text)' is not canonical; it is written '\(canonical)'"
        case .noChain(let error): error.description
        }
    }
}

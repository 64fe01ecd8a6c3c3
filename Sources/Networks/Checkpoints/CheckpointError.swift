// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a file of weights cannot be used: the file, the tensor or key where that applies, what is wrong and what would
/// be right.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The part of the file that is wrong.
    public enum Place: Hashable, Sendable {
        /// The file as a whole.
        case file
        /// The tensor of that name.
        case tensor(String)
        /// The metadata entry of that key.
        case metadata(String)
    }

    /// The file's path, or what else it is known by.
    public let file: String
    /// The part of the file that is wrong.
    public let place: Place
    /// What is wrong and what would be right, in a few words.
    public let problem: String

    /// A problem of `file` at `place`.
    public init(file: String, at place: Place = .file, _ problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    /// One line: file, place, problem.
    public var description: String {
        switch place {
        case .file: Self.line("\(file): \(problem)")
        case .tensor(let name): Self.line("\(file): tensor '\(name)': \(problem)")
        case .metadata(let key): Self.line("\(file): metadata '\(key)': \(problem)")
        }
    }

    /// Names come from the file: control characters must not reach a terminal, nor endless names a log.
    private static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(1000).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

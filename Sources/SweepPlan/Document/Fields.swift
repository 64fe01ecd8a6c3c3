// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The fields of a mapping, all of them known, read by their keys.
///
/// A key is also what messages call its value. Readers of a type give nil where there is no such field, or none that
/// can be used, so that `?? standard` completes them.
struct Fields {
    private let entries: [SourceNode.Entry]
    private let what: String
    private let position: Diagnostic.Position
    let document: DocumentReader

    /// The fields of `what`; those that are missing are reported at `position`.
    init(_ entries: [SourceNode.Entry], of what: String, at position: Diagnostic.Position, in document: DocumentReader)
    {
        self.entries = entries
        self.what = what
        self.position = position
        self.document = document
    }

    /// The keys in the file's order.
    var keys: [String] { entries.map(\.key) }

    /// The fields called by some of `keys`, in the file's order.
    func entries(_ keys: [String]) -> [SourceNode.Entry] { entries.filter { keys.contains($0.key) } }

    /// The value of a field, or nil where there is none.
    subscript(key: String) -> SourceNode? { entries.first { $0.key == key }?.value }

    /// The value of a field that must be there; `owner` is what needs it, by default the mapping.
    func required(_ key: String, of owner: String? = nil) -> SourceNode? {
        if let value = self[key] { return value }
        document.report("\(owner ?? what) needs '\(key)'", at: position)
        return nil
    }
}

// One value of a type.
extension Fields {
    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        self[key].flatMap { document.integer($0, of: key, in: range) }
    }

    func real(_ key: String, in range: ClosedRange<Double>) -> Double? {
        self[key].flatMap { document.real($0, of: key, in: range) }
    }

    func flag(_ key: String) -> Bool? {
        self[key].flatMap { document.code($0, of: key, in: .flag) }.map { $0 == 1 }
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) -> Word? {
        self[key].flatMap { document.word($0, of: key) }
    }

    func choice(_ key: String, among words: [String]) -> String? {
        self[key].flatMap { document.choice($0, of: key, among: words) }
    }

    func duration(_ key: String) -> Duration? {
        self[key].flatMap { document.duration($0, of: key) }
    }

    /// A number that can be switched off: nil where it is `off` or untrue, `standard` where there is none.
    func real(_ key: String, in range: ClosedRange<Double>, orOff standard: Double?) -> Double? {
        guard let node = self[key] else { return standard }
        if case .scalar(let text, _) = node.content, TruthText.value(text) == false { return nil }
        return document.real(node, of: key, in: range) ?? standard ?? range.lowerBound
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A file's metadata, read key by key with errors that name the key.
struct MetadataTexts {
    private let texts: [String: String]
    private let file: String

    init(_ texts: [String: String], file: String) {
        self.texts = texts
        self.file = file
    }

    subscript(key: String) -> String? { texts[key] }

    func error(_ key: String, _ problem: String) -> CheckpointError {
        CheckpointError(file: file, at: .metadata(key), problem)
    }

    func text(_ key: String) throws(CheckpointError) -> String {
        guard let text = texts[key] else { throw error(key, "missing") }
        return text
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
        let text = try text(key)
        guard let number = Int(text), range.contains(number) else {
            throw error(key, "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ type: Choice.Type
    ) throws(CheckpointError) -> Choice {
        let text = try text(key)
        guard let choice = Choice.allCases.first(where: { $0.rawValue == text }) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, "unknown value '\(text)'; known: \(known)")
        }
        return choice
    }

    func flag(_ key: String) throws(CheckpointError) -> Bool {
        let text = try text(key)
        guard let flag = Bool(text) else { throw error(key, "'\(text)' is neither true nor false") }
        return flag
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Vocabulary

/// What may follow in a filter that somebody types.
struct FilterCompletion {
    /// The filter so far; of several words the last is completed, and the others stay in front of it.
    let words: String
    /// The values that are known of each key.
    let values: [String: [String]]

    /// The filter so far with each word that may stand at its end.
    ///
    /// - Parameter hasClasses: Whether classes mean something.
    /// - Returns: The texts.
    func candidates(hasClasses: Bool) -> [String] {
        let last = words.lastIndex(where: \.isWhitespace).map { words[words.index(after: $0)...] } ?? words[...]
        let before = words.dropLast(last.count)
        return completions(of: String(last), hasClasses: hasClasses).map { before + $0 }
    }

    private func completions(of word: String, hasClasses: Bool) -> [String] {
        guard let sign = word.firstIndex(of: "=") else {
            let always = hasClasses ? Self.always.union([CellFilter.classKey]) : Self.always
            let keys = CellFilter.keys.filter { values[$0] != nil || always.contains($0) }
            return (values["transform"] ?? TransformKind.names) + keys.map { "\($0)=" }
        }
        let key = String(word[..<sign])
        let known = key == "transform" ? values[key] ?? TransformKind.names : values[key] ?? []
        // Of a list, the last value is completed.
        let given = word[word.index(after: sign)...]
        let list = given.lastIndex(of: ",").map { String(given[...$0]) } ?? ""
        return known.map { "\(key)=\(list)\($0)" }
    }

    /// Keys that mean something where no cell is known.
    private static let always: Set = ["model", "dataset", "transform", "seed"]
}

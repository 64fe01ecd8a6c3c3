// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Truth as YAML 1.1 and 1.2 spell it: in small letters, in capitals, or with the first one large.
///
/// It is asked only where a value must be true or false; anywhere else `on` and `no` are words like others.
enum TruthText {
    private static let spellings: [String: Bool] = {
        let words = [(true, ["true", "yes", "on", "y"]), (false, ["false", "no", "off", "n"])]
        var spellings: [String: Bool] = [:]
        for (value, words) in words {
            for word in words {
                for spelling in [word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()] {
                    spellings[spelling] = value
                }
            }
        }
        return spellings
    }()

    /// The spellings that are words to YAML 1.2, in a fixed order.
    static var words: [String] { spellings.keys.filter { !["true", "false"].contains($0.lowercased()) }.sorted() }

    /// Nil unless the text is one of the spellings.
    static func value(_ text: String) -> Bool? { spellings[text] }
}

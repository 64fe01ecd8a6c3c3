// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The names of a part's columns, in the order in which its data holds them.
enum Layouts {
    static func text(_ names: [String]) -> String {
        names.joined(separator: "\n")
    }

    static func names(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The names of all columns that one of `layouts` has: `bpd` first, the others sorted.
    static func union(_ layouts: some Sequence<[String]>) -> [String] {
        let names = Set(layouts.joined())
        return names.filter { $0 == "bpd" } + names.subtracting(["bpd"]).sorted()
    }
}

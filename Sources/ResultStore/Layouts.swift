// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The names of a part's columns, in the order in which its data holds them.
enum Layouts {
    /// A name is kept on a line of its own, and heads a column of every export.
    static func allows(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

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

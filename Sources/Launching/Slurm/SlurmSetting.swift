// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// An option of `sbatch` that is passed on: `account=vision`, `exclusive`.
package struct SlurmSetting: Hashable, Sendable {
    package let key: String
    package let value: String?

    /// What says the same here, of options that the script has itself.
    private static let own: KeyValuePairs<String, String> = [
        "array": "use --workers and --at-once", "time": "use --time", "job-name": "use --name",
        "output": "use --folder", "error": "use --folder", "signal": "use --margin", "requeue": "it is always set",
        "no-requeue": "workers are always requeued", "open-mode": "it is always append",
        "export": "BITSWEEP_ variables are set in the script; add others by --setup 'export NAME=VALUE'",
        "wrap": "the script says what is run", "hold": "submit what --dry-run prints", "wait": "use --watch",
        "parsable": "it is always set",
    ]

    /// Reads `KEY=VALUE`, or `KEY` alone.
    package init(_ text: String) throws(LaunchError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let key = String(parts[0].drop { $0 == "-" })
        let isName =
            key.first?.isLetter == true && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard key.count > 1, isName, !text.contains(where: \.isNewline) else {
            throw LaunchError("--sbatch \(text): write an option of sbatch by its long name, such as account=NAME")
        }
        if let advice = Self.own.first(where: { $0.key == key })?.value {
            throw LaunchError("--sbatch \(key): \(advice)")
        }
        self.key = key
        value = parts.count > 1 ? parts[1] : nil
    }

    /// A setting that is known to be right.
    package init(key: String, value: String?) {
        (self.key, self.value) = (key, value)
    }

    /// The line of a script that sets it.
    var line: String { "#SBATCH --\(key)" + (value.map { "=\(Self.quoted($0))" } ?? "") }

    /// sbatch splits lines at spaces, and knows quotes.
    private static func quoted(_ value: String) -> String {
        value.contains { $0.isWhitespace || $0 == "'" || $0 == "#" }
            ? "\"\(value.replacing("\"", with: "\\\""))\"" : value
    }
}

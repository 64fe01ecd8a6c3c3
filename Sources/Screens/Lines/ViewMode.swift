// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// In which way a run is shown to whoever watches it.
package enum ViewMode: Hashable, Sendable {
    /// On the whole screen of a terminal, with keys.
    case fullScreen
    /// In one line that is rewritten, where a terminal is too small for more.
    case oneLine
    /// A line for each change of state.
    case lines
    /// Lines in words, for screen readers.
    case words

    /// What decides about the way.
    package struct Facts: Hashable, Sendable {
        /// Whether the output goes to a terminal.
        package var isTerminal: Bool
        /// What the terminal calls itself; nil or empty: it does not say.
        package var kind: String?
        /// Whether keys can be read.
        package var hasKeys: Bool
        /// The terminal's size.
        package var size: ScreenSize
        /// What the variable ACCESSIBLE says, and whether the command line asks for words.
        package var accessible: String?
        package var wantsWords: Bool

        package init(
            isTerminal: Bool,
            kind: String?,
            hasKeys: Bool,
            size: ScreenSize,
            accessible: String? = nil,
            wantsWords: Bool = false
        ) {
            (self.isTerminal, self.kind, self.hasKeys, self.size) = (isTerminal, kind, hasKeys, size)
            (self.accessible, self.wantsWords) = (accessible, wantsWords)
        }
    }

    package init(_ facts: Facts) {
        let asked = facts.accessible.map { !["", "0", "false"].contains($0.lowercased()) } ?? false
        let kind = facts.kind ?? ""
        if facts.wantsWords || asked {
            self = .words
        } else if !facts.isTerminal || kind.isEmpty || kind == "dumb" {
            self = .lines
        } else {
            self = facts.size.isEnough && facts.hasKeys ? .fullScreen : .oneLine
        }
    }
}

/// Whether a terminal takes more than ASCII, as the variables of the locale say.
package enum LocaleCharacters {
    package static func isUTF8(_ environment: [String: String]) -> Bool {
        let value = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let set = value.lowercased().replacing("-", with: "")
        return set.contains("utf8")
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Whether a text may carry ANSI escapes.
public enum TextStyle: Hashable, Sendable {
    /// No escapes: for files, pipes and terminals without colour.
    case plain
    /// Bold, dim and coloured text.
    case ansi
}

/// What a piece of text is, so that a style can show it.
public enum TextRole: Hashable, Sendable {
    /// Nothing special.
    case normal
    /// A title or a total.
    case strong
    /// A remark.
    case faint
    /// Something that needs the user's eye.
    case alarming
}

extension TextStyle {
    /// `text` as this style shows it; an escape never changes its width.
    func apply(_ role: TextRole, to text: String) -> String {
        guard self == .ansi, !text.isEmpty, let code = role.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension TextRole {
    fileprivate var code: String? {
        switch self {
        case .normal: nil
        case .strong: "1"
        case .faint: "2"
        case .alarming: "1;31"
        }
    }
}

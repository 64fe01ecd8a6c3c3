// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The help of a command, as ArgumentParser writes it.
enum HelpText {
    /// The text with its usage folded between options: ArgumentParser leaves that line to the terminal, which cuts words.
    ///
    /// - Parameters:
    ///   - text: The help.
    ///   - width: Columns of the terminal.
    /// - Returns: the text; other lines are as they were.
    static func folding(_ text: String, width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("USAGE: ") && line.count > width ? usage(line, width: width) : String(line)
        }
        .joined(separator: "\n")
    }

    private static func usage(_ line: Substring, width: Int) -> String {
        // Where the first option or argument stands, the others begin beneath.
        let indent = line.firstIndex { "[<-".contains($0) }.map { line.distance(from: line.startIndex, to: $0) } ?? 7
        var lines = [String(line.prefix(indent))]
        for (place, part) in parts(of: line.dropFirst(indent)).enumerated() {
            let last = lines[lines.count - 1]
            if place > 0, last.count + 1 + part.count > width {
                lines.append(String(repeating: " ", count: indent) + part)
            } else {
                lines[lines.count - 1] = place == 0 ? last + part : last + " " + part
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Options with their values, and arguments.
    private static func parts(of text: Substring) -> [String] {
        var parts: [String] = []
        for word in text.split(separator: " ") {
            let isOpen = parts.last.map { $0.hasPrefix("[") && !$0.hasSuffix("]") } ?? false
            let isOption = parts.last.map { $0.hasPrefix("--") && !$0.contains(" ") } ?? false
            if isOpen || isOption && word.hasPrefix("<") {
                parts[parts.count - 1] += " \(word)"
            } else {
                parts.append(String(word))
            }
        }
        return parts
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A sweep file's text with settings written at its end, as if its author had put them there.
///
/// The text is what a run records, what certificates digest and what anybody can run again. Everything before the settings
/// stays as it is, line by line, so that the places of problems stay, too.
public struct SettledText {
    /// The whole text.
    public let text: String
    /// The file, for messages.
    private let file: String
    private let original: String
    private let settings: SweepSettings
    /// The options that stand in lines of the text.
    private let options: [Int: SweepSettings.Option]

    /// Writes settings to the end of a text.
    ///
    /// Where the file itself sets the same paths, or has filters of the same kind, these are left out of the text.
    ///
    /// - Parameters:
    ///   - settings: What is set; nothing leaves the text as it is.
    ///   - original: The file's content.
    ///   - file: The file's path, for messages.
    /// - Throws: `SweepFileError` where the file is no YAML, or where its form lets nothing be added.
    public init(_ settings: SweepSettings, in original: String, file: String) throws(SweepFileError) {
        (self.file, self.original, self.settings) = (file, original, settings)
        guard !settings.isEmpty else {
            (text, options) = (original, [:])
            return
        }
        let document = try DocumentReader(parsing: original, file: file)
        let place = try SettingsPlace(in: original, of: document)
        let all = settings.taking(the: SweepSettings(of: document))
        let added = Self.lines(all, isBraced: place.isBraced)
        let first = place.before.count + 1
        text = (place.before + added.map { Substring($0.line) } + place.after).joined(separator: "\n")
        var options: [Int: SweepSettings.Option] = [:]
        for (number, line) in added.enumerated() { options[first + number] = line.option }
        self.options = options
        let result = try DocumentReader(parsing: text, file: file)
        guard result.root.otherKeys == document.root.otherKeys, SweepSettings(of: result) == all else {
            throw SweepFileError([place.problem])
        }
    }

    private static func lines(
        _ settings: SweepSettings,
        isBraced: Bool
    ) -> [(line: String, option: SweepSettings.Option?)] {
        var lines: [(String, SweepSettings.Option?)] = []
        if isBraced { lines.append((",", nil)) }
        let keys = SettingsReader.Key.allCases.filter { key in settings.options.contains { $0.key == key } }
        for key in keys {
            let options = settings.options.filter { $0.key == key }
            let (opening, closing) = key == .set ? ("{", "}") : ("[", "]")
            lines.append(("\(key.rawValue):" + (isBraced ? " \(opening)" : ""), nil))
            for option in options {
                let item = key == .set ? "\(YAMLText.key(option.path)): \(option.value)" : option.value
                lines.append(("  " + (key != .set && !isBraced ? "- " : "") + item + (isBraced ? "," : ""), option))
            }
            if isBraced { lines.append((closing + (key == keys.last ? "" : ","), nil)) }
        }
        return lines
    }

    /// What is wrong with the sweep in words, problems of options as such.
    ///
    /// - Parameters:
    ///   - error: What is wrong with the text.
    ///   - parse: Reads a text as the one that has the problem was read.
    /// - Returns: A line for each problem, at most 50.
    public func description(of error: SweepFileError, _ parse: (String) throws -> Void) -> String {
        guard !options.isEmpty else { return error.description }
        let blame = Blame(of: self, parse)
        let lines = error.diagnostics.map { problem in
            let culprits = options[problem.position.line].map { [$0.text] } ?? blame.options(for: problem)
            guard !culprits.isEmpty else { return problem.description }
            let isOwnLine = options[problem.position.line] != nil
            let place = isOwnLine ? "" : " (\(file):\(problem.position.line):\(problem.position.column))"
            return Excerpt.oneLine("\(culprits.joined(separator: " ")): \(problem.message)\(place)")
        }
        let more = lines.count - 50
        return (lines.prefix(50) + (more > 0 ? ["… and \(counted(more, "more problem"))"] : [])).joined(separator: "\n")
    }

    /// Finds the options without which a problem would not be.
    private struct Blame {
        private let known: Set<String>
        private let without: [(option: SweepSettings.Option, problems: Set<String>)]

        init(of text: SettledText, _ parse: (String) throws -> Void) {
            func problems(_ settings: SweepSettings) -> Set<String> {
                do {
                    try parse(SettledText(settings, in: text.original, file: text.file).text)
                } catch let error as SweepFileError {
                    return Set(error.diagnostics.map(\.description))
                } catch {}
                return []
            }
            known = problems(.none)
            without = text.settings.options.map { option in
                (option, problems(SweepSettings(text.settings.options.filter { $0 != option })))
            }
        }

        /// Empty for a problem that the file has without any option.
        func options(for problem: Diagnostic) -> [String] {
            guard !known.contains(problem.description) else { return [] }
            let found = without.filter { !$0.problems.contains(problem.description) }.map(\.option.text)
            return found.isEmpty ? without.map(\.option.text) : found
        }
    }
}

extension SweepSettings {
    /// These settings, with those of a file that say something else.
    func taking(the others: SweepSettings) -> SweepSettings {
        let kept = others.options.filter { other in
            !options.contains { $0.key == other.key && (other.key != .set || $0.path == other.path) }
        }
        let all = options + kept
        let sets = all.filter { $0.key == .set }.sorted { $0.path < $1.path }
        return SweepSettings(sets + all.filter { $0.key == .only } + all.filter { $0.key == .skip })
    }
}

extension SourceNode {
    /// The keys of a file but those of settings.
    var otherKeys: [String] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.map(\.key).filter { !SettingsReader.Key.names.contains($0) }
    }
}

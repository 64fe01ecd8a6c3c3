// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What a command line says of a sweep besides its file: values that take the place of the file's, and which cells are
/// wanted.
public struct SweepSettings: Hashable, Sendable {
    /// One option, as it stands in a file.
    struct Option: Hashable, Sendable {
        /// Where it stands in the file.
        let key: SettingsReader.Key
        /// The path that is set; empty for a filter.
        let path: String
        /// The value, or the filter, as YAML of one line.
        let value: String
        /// As it is given on a command line.
        let text: String
    }

    /// An option that cannot be understood; one line that begins with it.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        /// The option, and what is wrong with it.
        public let description: String

        init(_ option: String, _ message: String) { description = Excerpt.oneLine("\(option): \(message)") }
    }

    /// Paths before their parts, then filters; equal settings have equal options, in whatever order they were given.
    let options: [Option]

    /// The options as they are given on a command line, such as `--set 'blocks[0].seeds=[0, 1, 2]'`.
    public var texts: [String] { options.map(\.text) }

    /// Whether nothing is said.
    public var isEmpty: Bool { options.isEmpty }

    /// Nothing.
    public static let none = SweepSettings([])

    init(_ options: [Option]) { self.options = options }

    /// Reads what a command line gives.
    ///
    /// - Parameters:
    ///   - sets: `PATH=VALUE` each, with a value as YAML has it: `blocks[0].seeds=[0, 1, 2]`.
    ///   - only: Filters of cells, of which one must fit.
    ///   - skip: Filters of cells, of which none may fit.
    ///   - perClassLimit: The most images of each class, from 1; nil to leave that to the file.
    /// - Throws: `Problem` for the first that cannot be understood.
    public init(
        sets: [String] = [],
        only: [String] = [],
        skip: [String] = [],
        perClassLimit: Int? = nil
    ) throws(Problem) {
        var options: [Option] = []
        if let perClassLimit { options.append(.set(Self.limitPath, "\(perClassLimit)")) }
        for text in sets {
            let option = try Self.option(set: text)
            if let other = options.first(where: { $0.path == option.path }) {
                throw Problem(option.text, "\(other.text) sets the same")
            }
            options.append(option)
        }
        options.sort { $0.path < $1.path }
        for (key, filters) in [(SettingsReader.Key.only, only), (.skip, skip)] {
            let chosen = try filters.map { text throws(Problem) in try Self.option(key, text) }
            options += Set(chosen).sorted { $0.value < $1.value }
        }
        self.init(options)
    }

    /// Where the limit of images stands.
    fileprivate static let limitPath = "images.per-class-limit"

    private static func option(set text: String) throws(Problem) -> Option {
        let given = "--set \(ShellText.quoted(text))"
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw Problem(given, "not PATH=VALUE, such as 'blocks[0].seeds=[0, 1, 2]'")
        }
        let path = text[..<sign].trimmingSpaces
        let value = text[text.index(after: sign)...].trimmingSpaces
        guard !path.isEmpty else { throw Problem(given, "not PATH=VALUE, such as 'blocks[0].seeds=[0, 1, 2]'") }
        guard !value.isEmpty else { throw Problem(given, "a value must stand behind '='") }
        do throws(SweepFileError) {
            let document = try DocumentReader(parsing: value, file: "")
            return .set(path, try document.result(document.root).flowText)
        } catch {
            let first = error.diagnostics.first
            throw Problem(given, "\(first?.message ?? "no value") (at \(first?.position.column ?? 1) of the value)")
        }
    }

    private static func option(_ key: SettingsReader.Key, _ text: String) throws(Problem) -> Option {
        let option = Option.filter(key, text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        let filter: CellFilter
        do throws(CellFilterError) {
            filter = try CellFilter(parsing: text)
        } catch {
            throw Problem(option.text, "\(error)")
        }
        if let problem = CellSelection.problem(with: filter) { throw Problem(option.text, problem) }
        return option
    }
}

extension SweepSettings.Option {
    /// A value that is set.
    static func set(_ path: String, _ value: String) -> Self {
        let text =
            path == SweepSettings.limitPath
            ? "--per-class-limit \(value)" : "--set \(ShellText.quoted("\(path)=\(value)"))"
        return Self(key: .set, path: path, value: value, text: text)
    }

    /// A filter.
    static func filter(_ key: SettingsReader.Key, _ filter: String) -> Self {
        Self(key: key, path: "", value: YAMLText.quoted(filter), text: "--\(key.rawValue) \(ShellText.quoted(filter))")
    }
}

extension SweepSettings {
    /// What a sweep file's text sets and selects itself: of a run's text, what its command line said.
    ///
    /// - Parameter text: The text; one that is no sweep file sets nothing.
    public init(of text: String) {
        guard Self.mayHave(text), let document = try? DocumentReader(parsing: text, file: "") else {
            self = .none
            return
        }
        self.init(of: document)
    }

    /// Whether a text may have settings, told without reading all of it: their keys begin lines, but in braces.
    private static func mayHave(_ text: String) -> Bool {
        if text.split(whereSeparator: \.isNewline).lazy.compactMap({ $0.first { !$0.isWhitespace } })
            .first(where: { $0 != "#" && $0 != "-" }) == "{"
        {
            return true
        }
        return SettingsReader.Key.names.contains { name in
            ["", "'", "\""].map { $0 + name }.contains { key in
                text.hasPrefix(key) || text.contains("\n" + key) || text.contains("\r\n" + key)
            }
        }
    }

    init(of document: DocumentReader) {
        let reader = SettingsReader(document: document)
        let sets = reader.sets(of: document.root).map { Option.set($0.key, $0.value.flowText) }
        let filters = [SettingsReader.Key.only, .skip].flatMap { key in
            (document.root.value(of: key)?.listed ?? []).compactMap { element -> Option? in
                guard case .scalar(let text, _) = element.content else { return nil }
                return .filter(key, text)
            }
        }
        self.init(sets + filters)
    }
}

extension SourceNode {
    /// The elements of a list; a single value counts as a list of one.
    fileprivate var listed: [SourceNode] {
        if case .sequence(let elements) = content { elements } else { [self] }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// Words as a shell takes them.
enum ShellText {
    /// The word, in quotes where a shell would read something else.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./=:,+@%".utf8.contains(byte)
                }
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

extension SweepSettings {
    /// The paths of a sweep file's values, in the file's order; none of a text that is no sweep file.
    ///
    /// Values within lists of values have none of their own.
    public static func paths(of text: String) -> [String] {
        guard let document = try? DocumentReader(parsing: text, file: "") else { return [] }
        return document.root.paths(behind: "").filter { path in
            !SettingsReader.Key.names.contains { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") }
        }
    }
}

extension SourceNode {
    /// The paths of all that is in the node and has a name, each behind `trail`.
    fileprivate func paths(behind trail: String) -> [String] {
        switch content {
        case .scalar: []
        case .mapping(let entries):
            entries.flatMap { entry -> [String] in
                let path = trail.isEmpty ? entry.key : "\(trail).\(entry.key)"
                return [path] + entry.value.paths(behind: path)
            }
        case .sequence(let elements):
            elements.enumerated().flatMap { place, element in element.paths(behind: "\(trail)[\(place)]") }
        }
    }
}

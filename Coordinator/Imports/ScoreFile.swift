// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

/// What is wrong with a file of scores: one line that begins with its file and, where there is one, the line.
struct ScoreFileError: Error, CustomStringConvertible {
    let description: String

    init(_ file: String, line: Int? = nil, _ problem: String) {
        description = "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)"
    }
}

/// A file of comma-separated values in which each row is an image's scores, made elsewhere.
struct ScoreFile {
    /// Whose scores those of a row are.
    struct Key: Hashable {
        var model: String
        var dataset: String
        var split: String
        var transform: TransformSpec
        var seed: UInt64
    }

    /// A row.
    struct Row {
        var line: Int
        var index: UInt32
        /// The image's class, where the file says it.
        var label: Int?
        /// A value for each of the file's number columns.
        var values: [Float]
    }

    /// What rows say that lack a column.
    struct Defaults {
        var model: String?
        var dataset: String?
        var split: String
        var transform: String
        var seed: UInt64
    }

    /// What a run of it is called: the file's name, of which odd characters become dashes.
    var name: String {
        let base = URL(filePath: path).deletingPathExtension().lastPathComponent.prefix(40)
        let name = String(base.map { Self.isPlain($0) ? $0 : "-" }.drop { $0 == "-" })
        return name.isEmpty ? "scores" : name
    }

    /// Whether names of models and data sets may have the character.
    fileprivate static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    /// Columns that say what a row is about; all others are numbers.
    static let naming = [
        "cell", "model", "dataset", "split", "index", "label", "class", "transform", "parameters", "seed",
    ]

    /// The path, as messages begin with it.
    let path: String
    /// The names of the number columns.
    let columns: [String]
    /// The rows of each cell, by whose they are, in the order of the file.
    private(set) var cells: [(key: Key, rows: [Row])] = []

    /// Reads a file.
    ///
    /// - Throws: `ScoreFileError` at the first thing that is wrong.
    init(_ text: String, path: String, defaults: Defaults) throws(ScoreFileError) {
        self.path = path
        // A byte order mark, as spreadsheets write it, is no part of a name.
        let lines = text.trimmingPrefix("\u{FEFF}").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let first = lines.first, !first.isEmpty else { throw ScoreFileError(path, "has no line of column names") }
        let names = Self.fields(first)
        columns = try Self.columns(names, path)
        var places: [Key: Int] = [:]
        var seen: Set<Seen> = []
        for (number, text) in lines.enumerated().dropFirst() where !text.allSatisfy(\.isWhitespace) {
            let line = number + 1
            let fields = Self.fields(text)
            guard fields.count == names.count else {
                throw ScoreFileError(path, line: line, "\(counted(fields.count, "field")) under \(names.count) names")
            }
            let entry = Dictionary(uniqueKeysWithValues: zip(names, fields))
            let reader = ScoreRowReader(entry: entry, path: path, line: line)
            let key = try reader.key(defaults)
            let place = places[key] ?? cells.count
            if place == cells.count {
                cells.append((key, []))
                places[key] = place
            }
            let row = try reader.row(columns)
            guard seen.insert(Seen(cell: place, image: row.index)).inserted else {
                let earlier = cells[place].rows.first { $0.index == row.index }?.line ?? 0
                throw ScoreFileError(path, line: line, "image \(row.index) of this cell is in line \(earlier), too")
            }
            cells[place].rows.append(row)
        }
        guard !cells.isEmpty else { throw ScoreFileError(path, "has no rows") }
    }

    private struct Seen: Hashable {
        var cell: Int
        var image: UInt32
    }

    private static func columns(_ names: [String], _ path: String) throws(ScoreFileError) -> [String] {
        for (place, name) in names.enumerated() {
            guard ColumnName.isValid(name) else {
                throw ScoreFileError(path, line: 1, "'\(Excerpt.short(name))' can be no column's name")
            }
            if names[..<place].contains(name) { throw ScoreFileError(path, line: 1, "column '\(name)' occurs twice") }
        }
        guard names.contains("index") else {
            throw ScoreFileError(path, line: 1, "needs a column 'index': each image's place in its data set, from 0")
        }
        let numbers = names.filter { !naming.contains($0) }
        guard numbers.contains("bpd") || numbers.contains("nll") else {
            throw ScoreFileError(path, line: 1, "needs a column 'bpd' (bits per dimension) or 'nll' (nats)")
        }
        guard numbers.count <= 60 else { throw ScoreFileError(path, line: 1, "has more than 60 columns of numbers") }
        return numbers
    }

    /// The fields of a line, which may stand in double quotes (RFC 4180, without line ends inside).
    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var (isQuoted, wasQuote) = (false, false)
        for character in line {
            switch character {
            case "\"":
                if wasQuote { fields[fields.count - 1].append(character) }
                (isQuoted, wasQuote) = (!isQuoted, isQuoted)
                continue
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
            wasQuote = false
        }
        return fields.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

/// Reads one row.
private struct ScoreRowReader {
    let entry: [String: String]
    let path: String
    let line: Int

    func key(_ defaults: ScoreFile.Defaults) throws(ScoreFileError) -> ScoreFile.Key {
        let text = entry["transform"] ?? defaults.transform
        let whole = entry["parameters"].map { $0.isEmpty ? text : "\(text) \($0)" } ?? text
        let transform: TransformSpec
        do {
            transform = try TransformSpec(loosely: whole)
        } catch {
            throw ScoreFileError(path, line: line, "transform '\(Excerpt.short(whole))': \(error)")
        }
        let seed = entry["seed"].map { UInt64($0) } ?? defaults.seed
        guard let seed else {
            throw ScoreFileError(path, line: line, "seed '\(Excerpt.short(entry["seed"] ?? ""))' is no whole number")
        }
        return ScoreFile.Key(
            model: try name("model", defaults.model),
            dataset: try name("dataset", defaults.dataset),
            split: try name("split", defaults.split),
            transform: transform,
            seed: seed
        )
    }

    func row(_ columns: [String]) throws(ScoreFileError) -> ScoreFile.Row {
        guard let text = entry["index"], let index = UInt32(text) else {
            throw ScoreFileError(path, line: line, "index '\(Excerpt.short(entry["index"] ?? ""))' is no whole number")
        }
        var label: Int?
        // `class` is what exports call it.
        if let text = entry["label"] ?? entry["class"] {
            guard let number = Int(text), (0...255).contains(number) else {
                throw ScoreFileError(path, line: line, "label '\(Excerpt.short(text))' is not within 0…255")
            }
            label = number
        }
        var values: [Float] = []
        for column in columns {
            guard let text = entry[column], let value = Float(text) else {
                let found = Excerpt.short(entry[column] ?? "")
                throw ScoreFileError(path, line: line, "\(column) '\(found)' is no number")
            }
            values.append(value)
        }
        return ScoreFile.Row(line: line, index: index, label: label, values: values)
    }

    private func name(_ column: String, _ standard: String?) throws(ScoreFileError) -> String {
        if let text = entry[column].map({ $0.isEmpty ? nil : $0 }) ?? standard {
            guard text.utf8.count <= 64, text.allSatisfy(ScoreFile.isPlain), text.first != "-" else {
                let rule = "1 to 64 letters, digits, '.', '_' and '-'"
                throw ScoreFileError(path, line: line, "\(column) '\(Excerpt.short(text))': a name has \(rule)")
            }
            return text
        }
        throw ScoreFileError(path, line: line, "says no \(column); give a column '\(column)' or --\(column)")
    }
}

extension TransformSpec {
    /// Reads a name and `key=value` pairs in any order, of which those may be left out that have a standard value.
    ///
    /// - Throws: `TransformTextError` with what is wrong.
    init(loosely text: String) throws(TransformTextError) {
        let words = text.split(separator: " ").map(String.init)
        let (name, pairs) = (words.first ?? "", Array(words.dropFirst()))
        do throws(TransformTextError) {
            self = try TransformSpec(name: name, parameters: pairs.joined(separator: " "))
        } catch {
            // Not in canonical form; what is missing or unknown is told below.
            guard let kind = TransformKind(rawValue: name), !kind.parameters.isEmpty else { throw error }
            var ordered: [String] = []
            var left = pairs
            for parameter in kind.parameters {
                let given = left.firstIndex { pair in parameter.keys.contains { pair.hasPrefix("\($0)=") } }
                if let given {
                    ordered.append(left.remove(at: given))
                } else if let standard = parameter.standard, !parameter.isSilent {
                    let (key, value) = parameter.spelling(standard)
                    ordered.append("\(key)=\(value)")
                }
            }
            self = try TransformSpec(name: name, parameters: (ordered + left).joined(separator: " "))
        }
    }
}

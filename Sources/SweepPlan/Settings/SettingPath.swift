// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A place in a sweep file, such as `blocks[0].seeds`, `models.glow.draws` or `blocks[0].transforms.noise.scale`.
///
/// Keys of mappings follow one another with dots between them, and places in lists, from 0, stand in brackets. In a list,
/// a key is that of the one entry that has it. A key may itself have dots where the file has such a key.
struct SettingPath {
    /// Why a path leads nowhere, in words.
    struct Failure: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// The path as it is written.
    let text: String

    /// Keys of a file whose mappings are made where there are none.
    private static let optional = ["images", "schedule", "datasets"]

    /// `root` with `value` in this place; a key that is not there yet is added for the file's reader to judge.
    ///
    /// - Throws: `Failure` where the path leads nowhere.
    func setting(_ value: SourceNode, in root: SourceNode) throws(Failure) -> SourceNode {
        guard !text.isEmpty else { throw Failure("a path such as blocks[0].seeds must stand before '='") }
        return try set(value, in: root, at: text[...])
    }

    private func set(_ value: SourceNode, in node: SourceNode, at rest: Substring) throws(Failure) -> SourceNode {
        if rest.first == "[" { return try set(value, inListed: node, at: rest) }
        switch node.content {
        case .mapping(let entries): return try set(value, in: entries, of: node, at: rest)
        case .sequence(let elements): return try set(value, inNamed: elements, of: node, at: rest)
        case .scalar where node.isNull: return try set(value, in: [], of: node, at: rest)
        case .scalar: throw Failure("\(name(before: rest)) is \(node.kind), which has no '\(Self.key(rest))'")
        }
    }

    /// Sets an element of a list, or a part of it; a value that is no list counts as a list of one.
    private func set(_ value: SourceNode, inListed node: SourceNode, at rest: Substring) throws(Failure) -> SourceNode {
        guard let end = rest.firstIndex(of: "]"), let place = Int(rest[rest.index(after: rest.startIndex)..<end]) else {
            throw Failure("'\(Excerpt.short(String(rest)))' does not begin with a number in brackets, such as [0]")
        }
        var elements = if case .sequence(let elements) = node.content { elements } else { [node] }
        guard elements.indices.contains(place) else {
            let last = elements.count == 1 ? "[0]" : "[0] to [\(elements.count - 1)]"
            throw Failure("\(name(before: rest)) has \(elements.isEmpty ? "no entry" : last), not [\(place)]")
        }
        elements[place] = try set(value, replacing: elements[place], behind: rest[rest.index(after: end)...])
        if case .sequence = node.content { return SourceNode(position: node.position, content: .sequence(elements)) }
        return elements[0]
    }

    /// Sets a part of the one element of a list that has the key.
    private func set(
        _ value: SourceNode,
        inNamed elements: [SourceNode],
        of node: SourceNode,
        at rest: Substring
    ) throws(Failure) -> SourceNode {
        let places = elements.indices.filter { place in
            guard case .mapping(let entries) = elements[place].content else { return false }
            return Self.entry(of: entries, at: rest) != nil
        }
        guard let place = places.first, places.count == 1 else {
            let (list, key) = (name(before: rest), Self.key(rest))
            guard places.isEmpty else {
                let which = places.map { "[\($0)]" }.joined(separator: ", ")
                let several = counted(places.count, "entry", plural: "entries")
                throw Failure("\(several) of \(list) have '\(key)'; say which: \(which)")
            }
            let known = elements.flatMap { element -> [String] in
                if case .mapping(let entries) = element.content { entries.map(\.key) } else { [] }
            }
            throw Failure("no entry of \(list) has '\(key)'\(Suggestion.phrase(for: key, among: known))")
        }
        var elements = elements
        elements[place] = try set(value, in: elements[place], at: rest)
        return SourceNode(position: node.position, content: .sequence(elements))
    }

    private func set(
        _ value: SourceNode,
        in entries: [SourceNode.Entry],
        of node: SourceNode,
        at rest: Substring
    ) throws(Failure) -> SourceNode {
        var entries = entries
        if let place = Self.entry(of: entries, at: rest) {
            let old = entries[place]
            let new = try set(value, replacing: old.value, behind: rest.dropFirst(old.key.count))
            entries[place] = SourceNode.Entry(key: old.key, position: old.position, value: new)
        } else {
            let key = Self.key(rest)
            guard !key.isEmpty else { throw Failure("'\(Excerpt.short(text))' is no path such as blocks[0].seeds") }
            let behind = rest.dropFirst(key.count)
            guard behind.isEmpty || isAtRoot(rest) && Self.optional.contains(key) else {
                let known = entries.map(\.key) + (isAtRoot(rest) ? Self.optional : [])
                throw Failure("\(name(before: rest)) has no '\(key)'\(Suggestion.phrase(for: key, among: known))")
            }
            let empty = SourceNode(position: value.position, content: .mapping([]))
            let new = try set(value, replacing: empty, behind: behind)
            entries.append(SourceNode.Entry(key: key, position: value.position, value: new))
        }
        return SourceNode(position: node.position, content: .mapping(entries))
    }

    /// What takes the place of `old`, of which only a part is set where the path goes on.
    private func set(
        _ value: SourceNode,
        replacing old: SourceNode,
        behind rest: Substring
    ) throws(Failure) -> SourceNode {
        switch rest.first {
        case nil: return value
        case ".": return try set(value, in: old, at: rest.dropFirst())
        case "[": return try set(value, in: old, at: rest)
        default: throw Failure("'\(Excerpt.short(String(rest)))' in a path must begin with '.' or '['")
        }
    }

    /// The longest key of `entries` that `rest` begins with.
    private static func entry(of entries: [SourceNode.Entry], at rest: Substring) -> Int? {
        entries.indices.filter { place in
            let key = entries[place].key
            guard rest.hasPrefix(key) else { return false }
            return [nil, ".", "["].contains(rest.dropFirst(key.count).first)
        }.max { entries[$0].key.count < entries[$1].key.count }
    }

    /// What `rest` begins with, up to the next dot or bracket.
    private static func key(_ rest: Substring) -> String { String(rest.prefix { !".[".contains($0) }) }

    private func isAtRoot(_ rest: Substring) -> Bool { rest.startIndex == text.startIndex }

    /// What messages call the place that the path has reached.
    private func name(before rest: Substring) -> String {
        guard !isAtRoot(rest) else { return "the file" }
        let before = text[..<rest.startIndex]
        return "'\(before.last == "." ? before.dropLast() : before)'"
    }
}

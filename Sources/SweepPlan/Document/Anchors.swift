// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The nodes of a YAML file that have a name (`&name`), for the aliases (`*name`) that stand for them.
///
/// A few lines of aliases of aliases can stand for billions of values, so what they make is counted.
struct Anchors {
    /// A list of ten thousand images may be named twenty times.
    static let expansionLimit = 200_000
    /// As deep as the YAML parser lets a file without aliases be.
    static let depthLimit = 1000

    /// Why an alias stands for nothing.
    enum Failure: Error {
        case undefined(String)
        case tooMuch
        case tooDeep
    }

    private var nodes: [String: SourceNode] = [:]
    /// Nodes that aliases have made.
    private var made = 0

    /// Gives a node its name; a later node of the same name takes its place.
    mutating func define(_ name: String, as node: SourceNode) { nodes[name] = node }

    /// The node called `name` as if it were written at `position`, `depth` levels deep.
    mutating func copy(_ name: String, at position: Diagnostic.Position, depth: Int) throws(Failure) -> SourceNode {
        guard let node = nodes[name] else { throw .undefined(name) }
        return try copy(node, at: position, depth: depth)
    }

    private mutating func copy(
        _ node: SourceNode,
        at position: Diagnostic.Position,
        depth: Int
    ) throws(Failure) -> SourceNode {
        made += 1
        guard made <= Self.expansionLimit else { throw .tooMuch }
        guard depth <= Self.depthLimit else { throw .tooDeep }
        var place = position
        place.source = node.position.source ?? .init(line: node.position.line, column: node.position.column)
        switch node.content {
        case .scalar:
            return SourceNode(position: place, content: node.content)
        case .sequence(let elements):
            var copies: [SourceNode] = []
            for element in elements { copies.append(try copy(element, at: position, depth: depth + 1)) }
            return SourceNode(position: place, content: .sequence(copies))
        case .mapping(let entries):
            var copies: [SourceNode.Entry] = []
            for entry in entries {
                var key = position
                key.source = entry.position.source ?? .init(line: entry.position.line, column: entry.position.column)
                let value = try copy(entry.value, at: position, depth: depth + 1)
                copies.append(SourceNode.Entry(key: entry.key, position: key, value: value))
            }
            return SourceNode(position: place, content: .mapping(copies))
        }
    }
}

extension Anchors.Failure {
    /// The failure in words.
    var message: String {
        switch self {
        case .undefined(let name):
            "'*\(Excerpt.short(name))' stands for nothing: no '&\(Excerpt.short(name))' is above it"
        case .tooMuch: "the file's aliases stand for more than \(Anchors.expansionLimit) values"
        case .tooDeep: "the file's aliases make it more than \(Anchors.depthLimit) levels deep"
        }
    }
}

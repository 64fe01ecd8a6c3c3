// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The JSON object at the start of a safetensors file.
///
/// Read by hand rather than with a general decoder: the grammar is tiny, repeated names must be noticed, and nothing in
/// it nests deeper than an array of integers inside a tensor's object.
struct SafetensorsHeader {
    /// One tensor as the header describes it; nothing of it has been checked against the file's size.
    struct Entry {
        var elementType = ""
        var shape: [Int] = []
        var begin = 0
        var end = 0
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [String: Entry] = [:]

    /// A syntax error: the byte of the header and what was expected there; the tensor when its object is the place.
    struct SyntaxError: Error {
        var position: Int
        var tensor: String?
        var problem: String
    }

    init(parsing bytes: ArraySlice<UInt8>) throws(SyntaxError) {
        var json = JSONScanner(bytes)
        try json.object { (json, key) throws(SyntaxError) in
            if key == "__metadata__" {
                try Self.readMetadata(&json, into: &metadata)
            } else {
                guard entries[key] == nil else { throw json.error("the name occurs twice", tensor: key) }
                entries[key] = try Self.readEntry(&json, name: key)
            }
        }
        try json.end()
    }

    private static func readMetadata(
        _ json: inout JSONScanner,
        into metadata: inout [String: String]
    ) throws(SyntaxError) {
        guard metadata.isEmpty else { throw json.error("'__metadata__' occurs twice") }
        try json.object { (json, key) throws(SyntaxError) in
            guard metadata.updateValue(try json.string(), forKey: key) == nil else {
                throw json.error("metadata '\(key)' occurs twice")
            }
        }
    }

    private static func readEntry(_ json: inout JSONScanner, name: String) throws(SyntaxError) -> Entry {
        var entry = Entry()
        var missing: Set = ["dtype", "shape", "data_offsets"]
        try json.object { (json, key) throws(SyntaxError) in
            guard missing.remove(key) != nil else { throw json.error("'\(key)' is not expected here", tensor: name) }
            switch key {
            case "dtype": entry.elementType = try json.string()
            case "shape": entry.shape = try json.integers(atMost: 8)
            default:
                let offsets = try json.integers(atMost: 2)
                guard offsets.count == 2 else { throw json.error("data_offsets must be two numbers", tensor: name) }
                (entry.begin, entry.end) = (offsets[0], offsets[1])
            }
        }
        guard missing.isEmpty else {
            throw json.error("\(missing.sorted().joined(separator: " and ")) missing", tensor: name)
        }
        return entry
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The JSON Schema of sweep files, made of the tables that their reader works with.
///
/// Draft 07: the latest that the editors' YAML language server supports without reservation.
public enum SweepSchema {
    /// The schema as a file's text.
    public static func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(schema()), as: UTF8.self) + "\n"
    }

    private static func schema() -> JSONValue {
        var writer = SchemaWriter()
        var members = writer.schema(of: .mapping(SweepReader.keys))
        members["$schema"] = "http://json-schema.org/draft-07/schema#"
        members["title"] = "BitSweep sweep file"
        members["description"] = "Which models score which images under which changes."
        members["patternProperties"] = .object([
            "^\(DocumentReader.unreadPrefix)": ["description": "Means nothing; a place for what is only named."]
        ])
        members["definitions"] = .object(writer.definitions.mapValues { .object($0) })
        return .object(members)
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Vocabulary

/// A folder of results as others' tools read it: `ro-crate-metadata.json` and `codecheck.yml`.
package struct ResearchObject: Sendable {
    /// What the metadata's file is called, by the standard.
    package static let crateName = "ro-crate-metadata.json"
    /// What the configuration's file is called, by the standard.
    package static let codecheckName = "codecheck.yml"

    /// A file of the folder.
    package struct File: Hashable, Sendable {
        /// Its path, relative to the folder, with `/` between its parts.
        package var path: String
        /// What it is, in one line.
        package var description: String
        package var mediaType: String
        package var bytes: Int
        package var digest: Digest

        /// A file that exists.
        package init(path: String, description: String, mediaType: String, bytes: Int, digest: Digest) {
            self.path = path
            self.description = description
            self.mediaType = mediaType
            self.bytes = bytes
            self.digest = digest
        }
    }

    /// What the folder is called, and what it holds, for people.
    package var name: String
    package var description: String
    /// The files that went in, and those that came out; both lie in the folder.
    package var inputs: [File]
    package var outputs: [File]
    /// The command that made the folder.
    package var command: String
    package var program: Certificate.Program
    /// Digest of the certificate, by which the folder is told from others.
    package var digest: String
    /// When the runs began and when the last of them ended, as ISO 8601 in UTC.
    package var begun: String
    package var ended: String
    /// A licence's address; nil where none was named.
    package var license: String?

    /// A folder that a command made.
    package init(
        name: String,
        description: String,
        inputs: [File],
        outputs: [File],
        command: String,
        program: Certificate.Program,
        digest: String,
        begun: String,
        ended: String,
        license: String? = nil
    ) {
        self.name = name
        self.description = description
        self.inputs = inputs
        self.outputs = outputs
        self.command = command
        self.program = program
        self.digest = digest
        self.begun = begun
        self.ended = ended
        self.license = license
    }
}

// RO-Crate 1.1 and the Process Run Crate profile, version 0.5.
extension ResearchObject {
    private static let profile = "https://w3id.org/ro/wfrun/process/0.5"
    private static let specification = "https://w3id.org/ro/crate/1.1"
    private static let software = "#bitsweep"
    private static let action = "#report"

    /// The bytes of `ro-crate-metadata.json`.
    package func crate() throws -> [UInt8] {
        let graph: [[String: Any]] =
            [descriptor, root, profileEntity, softwareEntity, actionEntity]
            + (inputs + outputs).map(Self.entity)
        let document: [String: Any] = ["@context": "\(Self.specification)/context", "@graph": graph]
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try JSONSerialization.data(withJSONObject: document, options: options)) + [UInt8(ascii: "\n")]
    }

    private var descriptor: [String: Any] {
        [
            "@id": Self.crateName, "@type": "CreativeWork", "about": ["@id": "./"],
            "conformsTo": ["@id": Self.specification],
        ]
    }

    private var root: [String: Any] {
        var root: [String: Any] = [
            "@id": "./", "@type": "Dataset", "name": name, "description": description, "datePublished": ended,
            "conformsTo": ["@id": Self.profile], "hasPart": (inputs + outputs).map { ["@id": $0.id] },
            "mentions": ["@id": Self.action], "identifier": "sha256:\(digest)",
        ]
        root["license"] =
            license.map { ["@id": $0] as Any } ?? "No licence was named; ask the authors before you use these files."
        return root
    }

    private var profileEntity: [String: Any] {
        ["@id": Self.profile, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"]
    }

    private var softwareEntity: [String: Any] {
        [
            "@id": Self.software, "@type": "SoftwareApplication", "name": "BitSweep",
            "softwareVersion": "\(program.version) (commit \(program.commit))",
            "description": "Asks likelihood models how many bits per dimension they give images, over whole sweeps.",
        ]
    }

    private var actionEntity: [String: Any] {
        [
            "@id": Self.action, "@type": "CreateAction", "name": "Computing and reporting a sweep's likelihoods",
            "description": command, "instrument": ["@id": Self.software], "object": inputs.map { ["@id": $0.id] },
            "result": outputs.map { ["@id": $0.id] }, "startTime": begun, "endTime": ended,
        ]
    }

    private static func entity(_ file: File) -> [String: Any] {
        [
            "@id": file.id, "@type": "File", "name": file.path, "description": file.description,
            "encodingFormat": file.mediaType, "contentSize": "\(file.bytes)", "sha256": "\(file.digest)",
        ]
    }
}

extension ResearchObject.File {
    /// The path as a relative URI.
    fileprivate var id: String {
        path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
    }
}

// CODECHECK, specification 2.0.
extension ResearchObject {
    /// The bytes of `codecheck.yml`; what only a codechecker knows is left for him, as comments.
    package func codecheck() -> [UInt8] {
        var lines = [
            "---", "version: https://codecheck.org.uk/spec/config/2.0/",
            "# Filled in by the codechecker: paper, codechecker, report, certificate, check_time.",
            "source: \(Self.quoted("certificate sha256:\(digest)"))", "summary: >-", "  \(Self.folded(description))",
            "manifest:",
        ]
        for file in outputs {
            lines += ["  - file: \(Self.quoted(file.path))", "    comment: \(Self.quoted(file.description))"]
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// A YAML scalar in double quotes; JSON's escapes are YAML's.
    private static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return data.map { String(decoding: $0, as: UTF8.self).replacing("\\/", with: "/") } ?? "\"\""
    }

    private static func folded(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

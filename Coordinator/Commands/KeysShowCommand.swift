// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Keyring
import Reporting
import ZeroMQ

extension KeysCommand {
    /// `coordinator keys show`: everything about the keys but the secrets.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the keys, who is allowed, and what they may do; never a secret.",
            discussion: """
                Examples:
                  coordinator keys show
                  coordinator keys show --json
                """,
            aliases: ["list"]
        )

        @OptionGroup var keys: KeysOption

        @Flag(help: "Print one JSON object: the directory and an array of keys.")
        var json = false

        func run() async throws {
            try await reportingErrors {
                let listing = try KeyListing(keys.directory)
                if json {
                    try Terminal.output.write(ReportJSON.text(listing) + "\n")
                } else {
                    try Terminal.output.write(lines: listing.lines)
                }
            }
        }
    }
}

/// What `keys show` prints.
private struct KeyListing: Encodable {
    struct Row: Encodable {
        var name: String
        var role: String
        var publicKey: String?
        var fingerprint: String?
        var created: String?
        var allowedSince: String?
        var file: String?
        var mode: String?
        var problem: String?

        enum CodingKeys: String, CodingKey {
            case name, role, fingerprint, created, file, mode, problem
            case publicKey = "public_key"
            case allowedSince = "allowed_since"
        }
    }

    let directory: String
    let keys: [Row]

    init(_ directory: KeyDirectory) throws {
        self.directory = directory.path
        var files = directory.workerSummaries
        var rows: [Row] = []
        if let own = directory.coordinatorSummary { rows.append(Row("coordinator", role: "coordinator", own)) }
        do {
            for allowed in try directory.allowedKeys().keys {
                let place = files.firstIndex { $0.publicKey == allowed.publicKey }
                rows.append(Row(allowed, place.map { files.remove(at: $0) }))
            }
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        // What is not allowed may do nothing.
        rows += files.map { Row($0.name?.description ?? "?", role: "none", $0) }
        keys = rows
    }

    var lines: [String] {
        guard !keys.isEmpty else { return ["\(directory): no keys; make them with: coordinator keys new"] }
        var table = TextTable(columns: [
            .init("name", .text(minimum: 12)), .init("role", .text(minimum: 8)),
            .init("public key", .text(minimum: 40)),
            .init("fingerprint", .text(minimum: 19)), .init("allowed since", .text(minimum: 13)),
            .init("mode", .text(minimum: 4)), .init("file", .text(minimum: 12), dropOrder: 1),
        ])
        for row in keys { table.append(row.entries) }
        return ["Keys in \(directory)", ""] + table.lines(width: Terminal.output.width, style: Terminal.output.style)
            + keys.compactMap { $0.problem }
    }
}

extension KeyListing.Row {
    init(_ name: String, role: String, _ file: KeyFileSummary) {
        self.init(
            name: name,
            role: role,
            publicKey: file.publicKey?.text,
            fingerprint: file.publicKey?.fingerprint,
            created: file.created?.formatted(.iso8601),
            file: file.path,
            mode: file.mode?.description,
            problem: file.problem?.description
        )
    }

    init(_ allowed: AllowedKey, _ file: KeyFileSummary?) {
        self.init(
            name: allowed.name.description,
            role: allowed.role.rawValue,
            publicKey: allowed.publicKey.text,
            fingerprint: allowed.publicKey.fingerprint,
            created: file?.created?.formatted(.iso8601),
            allowedSince: allowed.since.formatted(.iso8601),
            file: file?.path,
            mode: file?.mode?.description
        )
    }

    var entries: [TextTable.Entry] {
        let allowed = allowedSince.map { String($0.prefix(10)) } ?? (role == "coordinator" ? "–" : "not allowed")
        let name = file.map { URL(filePath: $0).lastPathComponent }
        return [
            .init(self.name), .init(role), .init(publicKey ?? "?"), .init(fingerprint ?? "?"), .init(allowed),
            .init(mode ?? "–"),
            .init(name ?? "–"),
        ]
    }
}

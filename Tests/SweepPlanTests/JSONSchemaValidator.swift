// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

@testable import SweepPlan

/// Another project's implementation of JSON Schema: Python's jsonschema.
struct JSONSchemaValidator {
    private let folder: TemporaryFolder

    /// Whether there is one.
    static let isInstalled = (try? run(["-c", "import jsonschema"])) == true

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(SweepSchema.text(), to: "schema.json")
    }

    /// What is wrong with each document by the schema; nil where nothing is.
    func verdicts(_ documents: [JSONValue]) throws -> [String?] {
        try folder.write(JSONDocument(value: .list(documents)).text, to: "documents.json")
        guard try Self.run([Self.script, folder.url.path]) else { return [] }
        return try JSONDecoder().decode([String?].self, from: folder.bytes("verdicts.json"))
    }

    private static let script = Checkout.fixture("schema-verdicts.py")

    private static func run(_ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import SweepPlan

/// `coordinator schema`: what a sweep file may say, for editors.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of sweep files, for completion and checks in editors.",
        discussion: """
            It is made of the tables that the reader of sweep files works with. Editors
            with a YAML language server read it where a sweep file's first line says

              # yaml-language-server: $schema=sweep.schema.json

            Examples:
              coordinator schema > sweep.schema.json
              check-jsonschema --schemafile sweep.schema.json my-sweep.yaml
            """
    )

    func run() async throws {
        try await reportingErrors { try Terminal.output.write(SweepSchema.text()) }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A row of a store's CSV export: the results of an image, by the names of their columns.
public struct ExportedRow: Sendable {
    private let fields: [String: String]

    /// The text of a column; empty where the row has nothing there.
    public subscript(column: String) -> String { fields[column] ?? "" }

    /// As it was recorded, in single precision: the text is the shortest that reads back to it, not the number itself.
    public var bpd: Double { Double(Float(self["bpd"]) ?? .nan) }

    /// The rows of the newest run of `store`, exported by the real executable into a file of `folder`.
    ///
    /// - Throws: `ExportFailure` when the export fails, or lacks one of `columns`.
    public static func all(
        of store: String,
        in folder: TemporaryFolder,
        columns: [String] = ["index", "transform", "parameters", "bpd"]
    ) async throws -> [ExportedRow] {
        let path = folder.path("rows.csv")
        let arguments = ["export", "--store", store, "--format", "csv", "--output", path]
        let export = try await Executable.coordinator.run(arguments)
        guard export.code == 0 else { throw ExportFailure(description: export.errors) }
        let lines = folder.text("rows.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let header = lines.first, Set(columns).isSubset(of: header) else {
            throw ExportFailure(description: "of \(columns) there are \(lines.first ?? [])")
        }
        return lines.dropFirst().map { ExportedRow(fields: Dictionary(uniqueKeysWithValues: zip(header, $0))) }
    }
}

/// Why there are no rows.
public struct ExportFailure: Error, CustomStringConvertible {
    /// What the export said, or what it lacks.
    public let description: String
}

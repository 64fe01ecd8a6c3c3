// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import Report
import Vocabulary

/// What is added to a report for others' tools: the metadata of an RO-Crate and a CODECHECK configuration.
struct ReportCrate {
    /// The licence's address; nil where none was named.
    var license: String?

    func write(
        to folder: ReportFolder,
        _ certificate: Certificate,
        title: String,
        sweeps: [String]
    ) throws {
        let files = folder.files.map { file in
            ResearchObject.File(
                path: file.path,
                description: file.description,
                mediaType: Self.mediaType(file.path),
                bytes: file.content.bytes,
                digest: file.content.digest
            )
        }
        let runs = certificate.making.runs
        let object = ResearchObject(
            name: title,
            description: "A report of likelihoods in bits per dimension, made by BitSweep from "
                + "\(certificate.evidence.rows) images in \(certificate.evidence.cells) cells.",
            inputs: files.filter { sweeps.contains($0.path) },
            outputs: files.filter { !sweeps.contains($0.path) },
            command: "coordinator report " + runs.map { "--run \($0.id)" }.joined(separator: " ")
                + " --output DIR --crate",
            program: certificate.making.program,
            digest: certificate.digest,
            begun: runs.map(\.begun).min() ?? "",
            ended: runs.map(\.ended).max() ?? "",
            license: license
        )
        try folder.write(ResearchObject.crateName, "What this folder holds, as an RO-Crate", bytes: object.crate())
        try folder.write(ResearchObject.codecheckName, "The outputs to check, for CODECHECK", bytes: object.codecheck())
    }

    private static func mediaType(_ path: String) -> String {
        let types = [
            "html": "text/html", "svg": "image/svg+xml", "csv": "text/csv", "md": "text/markdown",
            "json": "application/json", "yaml": "application/yaml", "pdf": "application/pdf", "png": "image/png",
        ]
        return types[String(path.split(separator: ".").last ?? "")] ?? "application/octet-stream"
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import Certificates
import CommandLine
import Files
import Foundation
import ResultStore
import Vocabulary

/// `coordinator certify`: what lets somebody else check a run.
struct CertifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certify",
        abstract: "Write a certificate of a run's results, by which others can check them.",
        discussion: """
            The certificate is an in-toto Statement in JSON. It holds the root of a tree of
            digests over all cells' results, so that any changed bit shows, and digests of
            the sweep file, the models and the images. Two runs of one sweep have the same
            root on any machines. 'coordinator verify' checks it.

            With --sign it is in a DSSE envelope, signed with an Ed25519 key. With --cell
            the proof of one cell is written instead: it can be checked without the store.

            Examples:
              coordinator certify --output certificate.json
              coordinator certify --new-key lab.pem
              coordinator certify --sign lab.pem --output certificate.json
              coordinator certify --cell 4f2a --output cell-4f2a.json
            """
    )

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp("A run; may be given several times. (default: the newest)", valueName: "RUN"),
        completion: .custom(Completion.runs)
    )
    var run: [String] = []

    @Option(help: ArgumentHelp("The file to write; - is standard output.", valueName: "FILE"))
    var output = "-"

    @Option(help: ArgumentHelp("Sign with the key in FILE.", valueName: "FILE"))
    var sign: String?

    @Option(
        help: ArgumentHelp(
            "Make a signing key instead: FILE, for you alone, and FILE.pub, for everybody.",
            valueName: "FILE"
        )
    )
    var newKey: String?

    @Option(
        help: ArgumentHelp("Write the proof of this cell: the beginning of its id, or words.", valueName: "CELL"),
        completion: .custom(Completion.cells)
    )
    var cell: String?

    func validate() throws {
        if newKey != nil, sign != nil || cell != nil || !run.isEmpty {
            throw ValidationError("--new-key makes a key and nothing else")
        }
        if cell != nil, sign != nil { throw ValidationError("--cell writes a proof, which --sign does not sign") }
    }

    func run() async throws {
        try await answering {
            if let newKey { return try Self.makeKey(newKey) }
            let key = try sign.map { try SigningKey(file: $0) }
            let results = try store.openForReading()
            let runs = try store.runs(run, in: results)
            let certified = try CertifiedResults(of: runs, in: results)
            if let cell {
                let proof = try Self.proof(of: cell, runs, certified, results)
                return try DurableFile.write(CertificateJSON.bytes(proof), to: output)
            }
            let statement = try CertificateJSON.bytes(certified.statement())
            try DurableFile.write(key.signed(statement), to: output)
            let evidence = certified.certificate.evidence
            let complete = evidence.completeCells == evidence.cells ? "" : ", \(evidence.completeCells) complete"
            Terminal.error.tell(
                "\(counted(evidence.cells, "cell"))\(complete), \(counted(evidence.rows, "image")), root \(evidence.root)\n"
            )
        }
    }

    private static func makeKey(_ path: String) throws {
        let key = SigningKey()
        try DurableFile.create(Array(key.pem.utf8), at: path, .secret)
        try DurableFile.create(Array(key.verificationKey.pem.utf8), at: path + ".pub")
        Terminal.output.tell(lines: [
            "\(path): the signing key; keep it secret",
            "\(path).pub: its public half; whoever checks needs it",
            "key id \(key.verificationKey.id)",
        ])
    }

    private static func proof(
        of name: String,
        _ runs: [RunRecord],
        _ certified: CertifiedResults,
        _ store: ResultStore
    ) throws -> CellProof {
        let candidates = try runs.flatMap { try store.cells(of: $0.id) }
        let owner = runs.count == 1 ? "run \(runs[0].id)" : "these runs"
        let cell = try StoredCellName(name).cell(among: candidates, of: owner)
        let id = cell.id
        guard cell.isComplete, let index = certified.cells.firstIndex(where: { $0.cell == id }) else {
            throw CommandFailure.failed("cell \(id) is not complete; a proof is of all its images")
        }
        return CellProof(
            try store.identity(of: id),
            split: cell.split,
            images: try store.images(of: id),
            table: certified.cells[index].table,
            at: index,
            of: MerkleTree(certified.cells.map(\.leaf))
        )
    }
}

extension SigningKey {
    /// Reads the key in a file.
    init(file path: String) throws(CommandFailure) {
        self = try KeyText.key(in: path) { text throws(CertificateError) in try SigningKey(pem: text) }
    }
}

extension SigningKey? {
    /// A statement in its envelope where there is a key, otherwise as it is.
    func signed(_ statement: [UInt8]) throws -> [UInt8] {
        try map { try Envelope(signing: statement, with: $0).bytes() } ?? statement
    }
}

extension VerificationKey {
    /// Reads the key in a file.
    init(file path: String) throws(CommandFailure) {
        self = try KeyText.key(in: path) { text throws(CertificateError) in try VerificationKey(pem: text) }
    }
}

/// Files with keys that sign.
private enum KeyText {
    static func key<Key>(
        in path: String,
        _ read: (String) throws(CertificateError) -> Key
    ) throws(CommandFailure) -> Key {
        let text: String
        do {
            text = try InputText(path).text
        } catch {
            throw .usage("\(error)")
        }
        do throws(CertificateError) {
            return try read(text)
        } catch {
            throw .usage("\(path): \(error)")
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import Certificates
import CommandLine
import Engine
import Files
import Foundation
import Kernels
import Reporting
import ResultStore
import Vocabulary

/// `coordinator verify`: whether results are those of a certificate, and whether this machine gets them too.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a certificate: its files, the store's results, and a sample computed again here.",
        discussion: """
            Every cell of the store is compared with the certificate by its digest. Then a
            sample of images, which follows from the certificate's own digest, is computed
            again on this machine and compared bit for bit. Models are looked for where
            the sweep file says, beside the store, and in the folders of --models.

            Exit code: 0 when all is as certified, 1 when anything differs, 2 when something
            could not be looked at.

            Examples:
              coordinator verify certificate.json
              coordinator verify report --store results.sqlite --sample 5%
              BITSWEEP_ISA=portable coordinator verify report --sample 200
              coordinator verify report --cell cell-4f2a.json --models models
            """
    )

    @Argument(help: ArgumentHelp("The certificate, or a folder with certificate.json.", valueName: "CERTIFICATE"))
    var certificate: String

    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp(
            "A run of the store to check. (default: those that the certificate names)",
            valueName: "RUN"
        ),
        completion: .custom(Completion.runs)
    )
    var run: [String] = []

    @Option(
        help: ArgumentHelp(
            "How many of all recorded images are computed again: a share or a number.",
            valueName: "N|N%"
        )
    )
    var sample = SampleSize.standard

    @Option(
        help: ArgumentHelp(
            "Check the one cell that a proof of 'certify --cell' is of; needs no store.",
            valueName: "FILE"
        )
    )
    var cell: String?

    @Option(help: ArgumentHelp("A folder with checkpoints; may be given several times.", valueName: "DIR"))
    var models: [String] = []

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("The public key whose signature the certificate must have.", valueName: "FILE"))
    var publicKey: String?

    @Option(help: ArgumentHelp("Write what came of it as an in-toto test-result statement.", valueName: "FILE"))
    var statement: String?

    @Option(help: ArgumentHelp("Sign that statement with the key in FILE.", valueName: "FILE"))
    var sign: String?

    @Option(
        help: ArgumentHelp(
            "Where bits differ: a mean difference below it counts as none, in bits per dimension.",
            valueName: "BPD"
        )
    )
    var smallestEffect = AnswerSettings().smallestEffect

    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if !(smallestEffect > 0) { throw ValidationError("--smallest-effect takes a number above 0") }
        if sign != nil, statement == nil { throw ValidationError("--sign signs what --statement writes") }
    }

    func run() async throws {
        let verifier = try await reportingErrors {
            // A key that cannot be read must not cost what was computed.
            let key = try sign.map { try SigningKey(file: $0) }
            let verifier = try verify()
            try tell(verifier, signedBy: key)
            return verifier
        }
        if verifier.check.code != 0 { throw ExitCode(verifier.check.code) }
    }

    private func verify() throws -> CertificateVerifier {
        let key = try publicKey.map { try VerificationKey(file: $0) }
        var verifier = CertificateVerifier(try CertificateFolder(certificate), smallestEffect: smallestEffect)
        verifier.checkSignature(key)
        verifier.checkFiles()
        let instructionSet = try InstructionSet.ofProcess()
        if let cell {
            let proof = try Self.proof(cell)
            guard let rows = verifier.checkProof(proof) else { return verifier }
            var machine = try machine(instructionSet, sweeps: [], store: nil)
            verifier.recompute(rows, of: proof, &machine)
            return verifier
        }
        let results = try store.openForReading()
        let runs = try runs(of: verifier.folder.file.certificate, in: results)
        let wanted = try verifier.checkStore(results, runs, sample: sample)
        var machine = try machine(instructionSet, sweeps: SweepFiles.texts(of: runs, in: results), store: results.path)
        let total = wanted.reduce(0) { $0 + $1.rows.indices.count }
        let shows = Terminal.error.isRewritable && !json
        verifier.recompute(wanted, &machine) { done in
            if shows {
                Terminal.error.tell("\r\(HumanText.count(done)) of \(HumanText.count(total)) images computed again")
            }
        }
        if shows { Terminal.error.tell("\r\u{1B}[K") }
        return verifier
    }

    private static func proof(_ path: String) throws(CommandFailure) -> CellProof {
        do {
            return try JSONDecoder().decode(CellProof.self, from: Data(InputText(path).text.utf8))
        } catch let error as InputTextError {
            throw .usage("\(error)")
        } catch {
            throw .usage("\(path): not the proof of a cell; 'coordinator certify --cell ID' writes one")
        }
    }

    /// The runs that the certificate is of, as this store has them.
    private func runs(of certificate: Certificate, in results: ResultStore) throws -> [RunRecord] {
        if !run.isEmpty { return try store.runs(run, in: results) }
        let all = try results.runs()
        return try certificate.making.runs.map { certified in
            // A store of another machine may have the same sweep under another id.
            let found =
                all.first { $0.id == certified.id } ?? all.first { $0.digest.description == certified.digest }
            guard let found else {
                throw CommandFailure.usage(
                    "\(results.path): neither run '\(certified.id)' nor another of its sweep is there; name it with --run"
                )
            }
            return found
        }
    }

    private func machine(
        _ instructionSet: InstructionSet,
        sweeps: [SweepFiles.SweepText],
        store: String?
    ) throws -> Recomputation {
        let library = data.library(quiet: json)
        let files = SweepFiles(sweeps: sweeps, store: store, folders: models, library: library)
        return Recomputation(
            files,
            library: library,
            kernels: KernelSet(instructionSet),
            pool: try compute.pool()
        )
    }

    private func tell(_ verifier: CertificateVerifier, signedBy key: SigningKey?) throws {
        let machine = try Machine()
        if let statement { try write(verifier, machine, to: statement, signedBy: key) }
        if json {
            try Terminal.output.write(ReportJSON.text(CheckSummary(verifier)) + "\n")
        } else {
            let lines = verifier.check.lines + [("machine", machine.words), ("verdict", verifier.verdict)]
            let width = lines.map(\.title.count).max() ?? 0
            try Terminal.output.write(
                lines: lines.map { $0.title.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.text }
            )
        }
    }

    private func write(
        _ verifier: CertificateVerifier,
        _ machine: Machine,
        to path: String,
        signedBy key: SigningKey?
    ) throws {
        let (check, file) = (verifier.check, verifier.folder.file)
        let result = CheckResult(
            configuration: [
                ResourceDescriptor(name: "certificate", digest: ["sha256": file.certificate.digest]),
                ResourceDescriptor(name: "machine", annotations: machine.annotations),
                ResourceDescriptor(name: "sample", annotations: ["size": sample.description]),
            ],
            passed: check.passed,
            warned: check.warned + check.obstacles,
            failed: check.failed
        )
        let name = URL(filePath: verifier.folder.path).lastPathComponent
        let bytes = try CertificateJSON.bytes(result.statement(of: file, named: name))
        try DurableFile.write(key.signed(bytes), to: path)
    }
}

/// What a check found, as JSON.
private struct CheckSummary: Encodable {
    let certificate: String
    let verdict: String
    let cells: Int
    let recomputedCells: Int
    let images: Int
    let recomputedImages: Int
    let mismatches: Int
    /// Nil where nothing was computed again.
    let upperBound: Double?
    let passed: [String]
    let warned: [String]
    let failed: [String]
    let notChecked: [String]

    private enum CodingKeys: String, CodingKey {
        case certificate, verdict, cells, images, mismatches, passed, warned, failed
        case recomputedCells = "recomputed_cells"
        case recomputedImages = "recomputed_images"
        case upperBound = "upper_bound"
        case notChecked = "not_checked"
    }

    init(_ verifier: CertificateVerifier) {
        let (evidence, check) = (verifier.folder.file.certificate.evidence, verifier.check)
        let recomputed = verifier.recomputed
        certificate = verifier.folder.file.certificate.digest
        verdict = verifier.verdict
        cells = evidence.cells
        images = evidence.rows
        recomputedCells = recomputed?.cells ?? 0
        recomputedImages = recomputed?.images ?? 0
        mismatches = recomputed?.wrong ?? 0
        upperBound = recomputed.flatMap { rows in
            rows.images == 0 ? nil : WrongShare.upperBound(wrong: rows.wrong, of: rows.images)
        }
        passed = check.passed
        warned = check.warned
        failed = check.failed
        notChecked = check.obstacles
    }
}

/// The machine that checks.
private struct Machine {
    let instructionSet: InstructionSet
    let numerics: NumericsIdentity

    init() throws {
        instructionSet = try InstructionSet.ofProcess()
        numerics = NumericsIdentity(measuredWith: KernelSet(instructionSet))
    }

    var words: String {
        "\(instructionSet), \(numerics), bitsweep \(VersionOption.number) (commit \(VersionOption.commit))"
    }

    var annotations: [String: String] {
        let cpu = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split(separator: "\n")
            .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map(String.init)
        return [
            "program": "bitsweep \(VersionOption.number)", "commit": VersionOption.commit,
            "instructionSet": "\(instructionSet)", "numerics": "\(numerics)",
            "host": ProcessInfo.processInfo.hostName,
            "processor": (cpu ?? "unknown").trimmingCharacters(in: .whitespaces),
            "checked": Date().formatted(.iso8601),
        ]
    }
}

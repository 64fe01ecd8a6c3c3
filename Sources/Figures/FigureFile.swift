// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// A figure as a file: SVG, or PDF or PNG by `rsvg-convert`.
///
/// The converter is a process of its own: whatever becomes of it, this program goes on. Equal figures give equal bytes.
public enum FigureFile {
    /// What a file's name says it is.
    public enum Format: String, CaseIterable, Hashable, Sendable {
        case svg, pdf, png

        /// The format of a file called `path`; nil where its suffix names none.
        public init?(path: String) {
            guard let dot = path.lastIndex(of: "."),
                let format = Format(rawValue: path[path.index(after: dot)...].lowercased())
            else { return nil }
            self = format
        }
    }

    /// Pixels of an inch: what journals ask for at least.
    private static let resolution = 300
    /// The name under which the converter is looked for in the path.
    public static let converter = "rsvg-convert"

    /// A figure as the bytes of a file.
    public static func bytes(of svg: String, as format: Format, searchPath: String) throws -> [UInt8] {
        guard format != .svg else { return Array(svg.utf8) }
        guard let program = program(in: searchPath) else { throw FigureFileError.noConverter(format) }
        return try converted(Array(svg.utf8), by: program, to: format)
    }

    /// Where the converter is; nil where it is not installed.
    public static func program(in searchPath: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(converter)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func converted(_ svg: [UInt8], by program: String, to format: Format) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "bitsweep-figure-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, target) = (folder.appendingPathComponent("f.svg"), folder.appendingPathComponent("f.out"))
        try DurableFile.write(svg, to: source.path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--format=\(format.rawValue)", "--dpi-x=\(resolution)", "--dpi-y=\(resolution)", "--unlimited",
            "--output=\(target.path)", source.path,
        ]
        // PDFs tell when they were made; equal figures are made at one time.
        process.environment = ["SOURCE_DATE_EPOCH": "0", "HOME": folder.path, "LC_ALL": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw FigureFileError.failed(format, reason: "\(program) could not be started")
        }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0,
            let bytes = try? Data(contentsOf: target), !bytes.isEmpty
        else {
            let line = String(decoding: said, as: UTF8.self).split(separator: "\n").first.map(String.init)
            throw FigureFileError.failed(
                format,
                reason: line ?? "\(converter) ended with code \(process.terminationStatus)"
            )
        }
        return Array(bytes)
    }
}

/// Why a figure did not become a file.
public enum FigureFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name does not say what the file is to be.
    case unknownFormat(path: String)
    /// The converter is not installed.
    case noConverter(FigureFile.Format)
    /// The converter did not do its work.
    case failed(FigureFile.Format, reason: String)

    /// One line.
    public var description: String {
        switch self {
        case .unknownFormat(let path): "\(path): a figure is .svg, .pdf or .png"
        case .noConverter(let format):
            "\(format.rawValue.uppercased()) needs \(FigureFile.converter), which is not installed: "
                + "apt-get install librsvg2-bin fonts-liberation (or write .svg)"
        case .failed(let format, let reason): "the \(format.rawValue.uppercased()) could not be made: \(reason)"
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Figures
import Foundation
import Report
import Synchronization
import Vocabulary

/// Where the figures of a run go: each as SVG, with its numbers as CSV, and in the other formats that are wanted.
struct ReportFigureFiles {
    /// Rows that the page shows of a figure's numbers; the file beside it has all.
    private static let shownRows = 60
    /// Figures of one kind at most: beyond them nobody looks, and the tables have everything.
    static let most = 8

    let folder: ReportFolder
    /// Where they go, relative to the report's folder, with a slash at its end.
    let path: String
    let formats: FigureFormats

    /// Writes figures of one kind.
    ///
    /// - Parameters:
    ///   - kind: What their files are called.
    ///   - figures: The figures.
    ///   - remark: What stands below each, after its caption.
    /// - Returns: The figures for the page.
    /// - Throws: `FigureFileError`, `FileError`.
    func write(_ kind: String, _ figures: [any Figure], remark: String = "") throws -> [ReportFigure] {
        let shown = figures.prefix(Self.most)
        let pictures = shown.map { $0.svg }
        let converted = try converted(pictures)
        return try shown.indices.map { number in
            let figure = shown[number]
            let name = "\(path)\(figures.count == 1 ? kind : "\(kind)-\(number + 1)")"
            let what = "\(figure.title). \(figure.finding)"
            try folder.write("\(name).svg", what, bytes: Array(pictures[number].utf8))
            for (format, bytes) in zip(formats.all, converted[number]) {
                try folder.write("\(name).\(format.rawValue)", "\(figure.title), as \(format.name)", bytes: bytes)
            }
            let numbers = "\(name).csv"
            try folder.write(
                numbers,
                "The numbers of \(name).svg",
                bytes: Array(figure.table.commaSeparated.utf8)
            )
            return ReportFigure(
                svg: pictures[number],
                finding: figure.finding,
                caption: figure.caption + remark,
                files: ["\(name).svg"] + formats.all.map { "\(name).\($0.rawValue)" } + [numbers],
                table: ReportTable("The numbers of the figure", figure.table, limit: Self.shownRows, files: [numbers])
            )
        }
    }

    /// Of each picture a file in each of the formats; the converter is a process, and several run at the same time.
    private func converted(_ pictures: [String]) throws -> [[[UInt8]]] {
        let (formats, path) = (self.formats.all, self.formats.searchPath)
        guard !formats.isEmpty, !pictures.isEmpty else { return pictures.map { _ in [] } }
        let results = Mutex([Result<[UInt8], any Error>?](repeating: nil, count: pictures.count * formats.count))
        DispatchQueue.concurrentPerform(iterations: pictures.count * formats.count) { place in
            let (picture, format) = (pictures[place / formats.count], formats[place % formats.count])
            let result = Result { try FigureFile.bytes(of: picture, as: format, searchPath: path) }
            results.withLock { $0[place] = result }
        }
        return try results.withLock { $0.compactMap(\.self) }.map { try $0.get() }.parts(of: formats.count)
    }
}

/// Formats of a report's figures beside SVG.
struct FigureFormats {
    var all: [FigureFile.Format]
    /// Folders in which the converter is looked for.
    var searchPath: String
}

extension FigureFile.Format {
    /// How people write it.
    var name: String { rawValue.uppercased() }
}

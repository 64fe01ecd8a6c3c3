// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Figures

@Suite("figures as files")
struct FigureFileTests {
    private static let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""
    private static let hasConverter = FigureFile.program(in: searchPath) != nil

    private var svg: String { HardFigures.bars(.column, panels: 1, groups: 2, series: 2).svg }

    @Test(
        "PDF and PNG are made by rsvg-convert, equal figures with equal bytes",
        .enabled(if: hasConverter, "rsvg-convert is not installed"),
        arguments: [FigureFile.Format.pdf, .png]
    )
    func converted(_ format: FigureFile.Format) throws {
        let first = try FigureFile.bytes(of: svg, as: format, searchPath: Self.searchPath)
        #expect(first.starts(with: format == .pdf ? Array("%PDF-".utf8) : [0x89, 0x50, 0x4E, 0x47]))
        #expect(try first == FigureFile.bytes(of: svg, as: format, searchPath: Self.searchPath))
        guard format == .png else { return }
        // 89 mm at 300 dots an inch.
        let width = first[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(width - 1051) <= 1)
    }

    @Test("a file is what its name says; another name is one line")
    func formats() throws {
        #expect(try FigureFile.bytes(of: svg, as: .svg, searchPath: "") == Array(svg.utf8))
        #expect(FigureFile.Format(path: "A.PDF") == .pdf && FigureFile.Format(path: "x.gif") == nil)
        #expect("\(FigureFileError.unknownFormat(path: "x.gif"))" == "x.gif: a figure is .svg, .pdf or .png")
    }

    @Test("where the converter is missing, one line says what to install")
    func missing() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FigureFileError.self) {
            try FigureFile.bytes(of: svg, as: .pdf, searchPath: folder.url.path)
        }
        #expect(error?.description.contains("librsvg2-bin") == true && error?.description.contains("\n") == false)
    }

    @Test("a converter that dies takes nothing with it: one line says what it said")
    func dying() throws {
        let folder = try TemporaryFolder()
        let script = folder.path("rsvg-convert")
        try "#!/bin/sh\necho 'no memory' >&2\nkill -9 $$\n".write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let error = #expect(throws: FigureFileError.self) {
            try FigureFile.bytes(of: svg, as: .png, searchPath: folder.url.path)
        }
        #expect(error?.description == "the PNG could not be made: no memory")
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Report

@Suite("A report's folder")
struct ReportFolderTests {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func folder(overwrites: Bool = false) throws -> ReportFolder {
        try ReportFolder(place.path("report"), marker: "certificate.json", overwrites: overwrites)
    }

    private func write(_ page: String, overwrites: Bool = false) throws {
        let folder = try folder(overwrites: overwrites)
        try folder.write("certificate.json", "digests", bytes: Array("{}".utf8))
        try folder.write("figures/a.svg", "a figure") { write in for _ in 0..<3 { try write("part ") } }
        try folder.write(ReportFolder.page, "the page", bytes: Array(page.utf8))
        try folder.finish()
        #expect(folder.files.map(\.path) == ["certificate.json", "figures/a.svg", "index.html"])
        #expect(folder.files[1].content.digest == Digest(of: "part part part ".utf8))
        #expect(folder.files[1].content.bytes == 15)
    }

    @Test("it appears when it is complete, and nothing else is left")
    func complete() throws {
        try write("one")
        #expect(place.names() == ["report"])
        #expect(place.text("report/index.html") == "one")
        #expect(place.text("report/figures/a.svg") == "part part part ")
    }

    @Test("what a killed process of the same number left behind, as in another container, is in nobody's way")
    func leftover() throws {
        try place.write("half", to: ".report.\(getpid())-0.partial/index.html")
        try write("one")
        #expect(place.text("report/index.html") == "one")
        #expect(place.text(".report.\(getpid())-0.partial/index.html") == "half")
    }

    @Test("a report is replaced only where that is asked for")
    func overwriting() throws {
        try write("one")
        #expect(throws: ReportFolderError.self) { try write("two") }
        #expect(place.text("report/index.html") == "one")
        try write("two", overwrites: true)
        #expect(place.text("report/index.html") == "two")
        #expect(place.names() == ["report"])
    }

    @Test("a folder that is no report is never replaced, one that is empty is filled")
    func foreign() throws {
        try place.write("precious", to: "report/notes.txt")
        #expect(throws: ReportFolderError.self) { try write("one", overwrites: true) }
        #expect(place.text("report/notes.txt") == "precious")
        try FileManager.default.removeItem(atPath: place.path("report/notes.txt"))
        try write("one")
        #expect(place.text("report/index.html") == "one")
    }

    @Test("what fails on the way leaves what was there, and nothing else")
    func failure() throws {
        struct Stop: Error {}
        try write("one")
        #expect(throws: Stop.self) {
            let folder = try folder(overwrites: true)
            try folder.write("a", "a") { _ in throw Stop() }
        }
        #expect(place.names() == ["report"])
        #expect(place.text("report/index.html") == "one")
    }
}

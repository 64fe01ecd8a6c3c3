// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Keyring
import Testing
import ZeroMQ

@Suite
struct KeyFileTests {
    @Test(
        "a secret that others can read is refused with the command that helps",
        arguments: [0o644, 0o640, 0o606, 0o660]
    )
    func exposed(mode: Int) throws {
        let scene = try Scene()
        let made = try scene.make()
        for file in [made.file, scene.directory.coordinatorFile] {
            try scene.setMode(mode, file)
            let error = #expect(throws: KeyringError.self) {
                if file == made.file {
                    _ = try WorkerKey(contentsOf: file)
                } else {
                    _ = try scene.directory.coordinatorKey()
                }
            }
            #expect(error == .exposed(path: file, mode: FileMode(bits: UInt32(mode))))
            #expect(error?.description.contains("chmod 600 \(file)") == true)
        }
    }

    @Test("whoever vouches for the permissions has them taken, also those of the list")
    func trusted() throws {
        let scene = try Scene()
        let made = try scene.make()
        for file in [made.file, scene.directory.coordinatorFile, scene.directory.allowedFile] {
            try scene.setMode(0o666, file)
        }
        #expect(try WorkerKey(contentsOf: made.file, trustsMode: true) == made.key)
        let trusting = KeyDirectory(scene.directory.path, trustsModes: true)
        #expect(try trusting.coordinatorKey().keys.publicKey == made.key.coordinator)
        #expect(try trusting.allowedKeys().keys.count == 1)
        #expect(trusting.coordinatorSummary?.problem == nil && scene.directory.coordinatorSummary?.problem != nil)
    }

    @Test("a key comes over a pipe, in parts, and one that is empty or too long is no key")
    func pipe() throws {
        let scene = try Scene()
        let made = try scene.make()
        let text = try String(contentsOfFile: made.file, encoding: .utf8)
        func read(_ parts: [String]) throws -> WorkerKey {
            let pipe = Pipe()
            let thread = Thread {
                for part in parts {
                    try? pipe.fileHandleForWriting.write(contentsOf: Data(part.utf8))
                    usleep(20_000)
                }
                try? pipe.fileHandleForWriting.close()
            }
            thread.start()
            return try WorkerKey(contentsOf: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
        }
        #expect(try read([String(text.prefix(100)), String(text.dropFirst(100))]) == made.key)
        #expect(throws: KeyringError.self) { try read([]) }
        let error = #expect(throws: KeyringError.self) { try read([text, String(repeating: "#", count: 5_000)]) }
        guard case .tooLarge = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test("a key whose file is there and cannot be used still means encryption")
    func unusableKeyCounts() throws {
        let scene = try Scene()
        _ = try scene.make()
        try scene.setMode(0o644, scene.directory.coordinatorFile)
        #expect(scene.directory.hasKeys)
    }

    @Test("a list that others can change is refused; one that they can read is not")
    func changeable() throws {
        let scene = try Scene()
        _ = try scene.make()
        try scene.setMode(0o644, scene.directory.allowedFile)
        #expect(try scene.directory.allowedKeys().keys.count == 1)
        try scene.setMode(0o620, scene.directory.allowedFile)
        let error = #expect(throws: KeyringError.self) { try scene.directory.allowedKeys() }
        #expect(error == .changeable(path: scene.directory.allowedFile, mode: FileMode(bits: 0o620)))
    }

    /// A change of a worker's key file, and the line the error names; nil for errors of the whole file.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let line: Int?
        let change: @Sendable (String) -> String

        init(_ name: String, line: Int?, _ change: @escaping @Sendable (String) -> String) {
            testDescription = name
            self.line = line
            self.change = change
        }
    }

    static func replacing(_ line: Int, with text: String?) -> @Sendable (String) -> String {
        { file in
            var lines = file.components(separatedBy: "\n")
            if let text { lines[line - 1] = text } else { lines.remove(at: line - 1) }
            return lines.joined(separator: "\n")
        }
    }

    static let otherKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    @Test(
        "a damaged key file is refused in one line that names the place and tells no secret",
        arguments: [
            Damage("empty", line: 1) { _ in "" },
            Damage("another heading", line: 1, replacing(1, with: "-----BEGIN PRIVATE KEY-----")),
            Damage("the coordinator's heading", line: 1, replacing(1, with: "bitsweep coordinator key 1")),
            Damage("a later version", line: 1, replacing(1, with: "bitsweep worker key 2")),
            Damage("no equals sign", line: 3, replacing(3, with: "name worker")),
            Damage("bad name", line: 3, replacing(3, with: "name = a b")),
            Damage("unknown line", line: 3, replacing(3, with: "nmae = worker")),
            Damage("twice", line: 4, replacing(4, with: "name = worker")),
            Damage("short public key", line: 4, replacing(4, with: "public = abc")),
            Damage("foreign public key", line: 5, replacing(4, with: "public = \(otherKey)")),
            Damage("bad secret", line: 5, replacing(5, with: "secret = ~")),
            Damage("bad coordinator", line: 6, replacing(6, with: "coordinator = ~")),
            Damage("bad date", line: 7, replacing(7, with: "created = yesterday")),
            Damage("endless date", line: 7, replacing(7, with: "created = " + String(repeating: "9", count: 3000))),
            Damage("missing line", line: 6, replacing(6, with: nil)),
            Damage("too long", line: nil) { $0 + String(repeating: "#\n", count: 4096) },
            Damage("NUL bytes", line: 8) { $0 + "\0\0\0\0" },
        ]
    )
    func damage(_ damage: Damage) throws {
        let scene = try Scene()
        let made = try scene.make()
        try scene.write(damage.change(try scene.text(made.file)), to: made.file)
        let error = #expect(throws: KeyringError.self) { try WorkerKey(contentsOf: made.file) }
        let text = error?.description ?? ""
        #expect(text.hasPrefix(made.file + (damage.line.map { ":\($0):" } ?? ":")), "\(text)")
        #expect(!text.contains("\n") && !text.contains("\0"))
        #expect(!text.contains(made.key.keys.secretKey.text))
    }

    @Test("blank lines, comments, other line ends and another order are read")
    func lenient() throws {
        let scene = try Scene()
        let made = try scene.make()
        var lines = try scene.text(made.file).split(separator: "\n").map(String.init)
        lines.swapAt(3, 6)
        try scene.write(lines.joined(separator: "\r\n\r\n# note\r\n"), to: made.file)
        #expect(try WorkerKey(contentsOf: made.file) == made.key)
    }

    @Test("any bytes make a key, a list or an error")
    func anyBytes() throws {
        let scene = try Scene()
        let made = try scene.make()
        let files = [made.file, scene.directory.coordinatorFile, scene.directory.allowedFile]
        let originals = try files.map { try Data(contentsOf: URL(filePath: $0)) }
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var refused = 0
        for _ in 0..<500 {
            let which = random(3)
            var bytes = originals[which]
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            if random(4) == 0 { bytes = bytes.prefix(random(bytes.count)) }
            try bytes.write(to: URL(filePath: files[which]))
            do throws(KeyringError) {
                switch which {
                case 0: _ = try WorkerKey(contentsOf: files[0])
                case 1: _ = try scene.directory.coordinatorKey()
                default: _ = try scene.directory.allowedKeys()
                }
            } catch {
                refused += 1
                #expect(!error.description.contains("\n"))
            }
        }
        #expect(refused > 250)
    }

    @Test(
        "a damaged list is refused with its line",
        arguments: [
            "worker", "= \(otherKey) 2026-01-31T12:00:00Z", "a = \(otherKey)", "a = short 2026-01-31T12:00:00Z",
            "a = \(otherKey) soon", "worker = \(otherKey) 2026-01-31T12:00:00Z",
        ]
    )
    func damagedList(_ line: String) throws {
        let scene = try Scene()
        _ = try scene.make()
        let file = scene.directory.allowedFile
        try scene.write(try scene.text(file) + line + "\n", to: file)
        let error = #expect(throws: KeyringError.self) { try scene.directory.allowedKeys() }
        #expect(error?.description.hasPrefix("\(file):4: ") == true, "\(String(describing: error))")
    }

    @Test("pipes and directories are refused without waiting", .timeLimit(.minutes(1)))
    func notFiles() throws {
        let scene = try Scene()
        let pipe = scene.folder.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, scene.folder.path] {
            #expect(throws: KeyringError.notAFile(path: path)) { try WorkerKey(contentsOf: path) }
        }
        let missing = scene.folder.path + "/none"
        #expect(throws: KeyringError.missing(path: missing)) { try WorkerKey(contentsOf: missing) }
    }

    @Test("a chosen key must be there, the standard one is used where it is")
    func find() throws {
        let scene = try Scene()
        let standard = scene.directory.workerFile()
        #expect(try WorkerKey.find(chosen: nil, standard: standard) == nil)
        #expect(throws: KeyringError.missing(path: standard)) {
            try WorkerKey.find(chosen: standard, standard: standard)
        }
        let made = try scene.make()
        #expect(try WorkerKey.find(chosen: nil, standard: standard) == made.key)
        let other = try scene.make("other")
        #expect(try WorkerKey.find(chosen: other.file, standard: standard) == other.key)
        try scene.setMode(0o644, standard)
        #expect(throws: KeyringError.self) { try WorkerKey.find(chosen: nil, standard: standard) }
    }
}

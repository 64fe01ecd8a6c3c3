// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyring
import Testing
import ZeroMQ

@Suite
struct KeyDirectoryTests {
    @Test("the first key brings the coordinator's along; all files are their owner's alone and read back")
    func firstKey() throws {
        let scene = try Scene()
        let directory = scene.directory
        #expect(!directory.hasKeys)
        let made = try scene.make()
        #expect(made.madeCoordinator)
        #expect(made.file == directory.workerFile())
        #expect(directory.hasKeys)
        for file in [directory.coordinatorFile, directory.workerFile(), directory.allowedFile] {
            #expect(try scene.mode(file) == 0o600)
        }
        #expect(try scene.mode(directory.path) == 0o700)
        let coordinator = try directory.coordinatorKey()
        let worker = try WorkerKey(contentsOf: made.file)
        #expect(worker == made.key)
        #expect(worker.coordinator == coordinator.keys.publicKey)
        #expect(worker.name == .worker && worker.created == Scene.noon)
        let allowed = try directory.allowedKeys()
        #expect(allowed.keys == [AllowedKey(name: .worker, publicKey: worker.keys.publicKey, since: Scene.noon)])
        #expect(allowed.entry(of: worker.keys.publicKey)?.name == .worker)
        #expect(allowed.entry(of: coordinator.keys.publicKey)?.name == nil)
    }

    @Test("further keys are for the same coordinator, wherever their files are written")
    func furtherKeys() throws {
        let scene = try Scene()
        let first = try scene.make()
        let file = scene.folder.appending(path: "stick.key").path
        let second = try scene.make("gpu-3", output: file)
        #expect(!second.madeCoordinator)
        #expect(second.key.coordinator == first.key.coordinator)
        #expect(second.key.keys != first.key.keys)
        #expect(try WorkerKey(contentsOf: file) == second.key)
        #expect(try scene.mode(file) == 0o600)
        #expect(try scene.directory.allowedKeys().keys.map(\.name.description) == ["worker", "gpu-3"])
    }

    @Test("no file is overwritten, and what was refused changed nothing")
    func neverOverwritten() throws {
        let scene = try Scene()
        _ = try scene.make()
        let directory = scene.directory
        let before = try [directory.coordinatorFile, directory.workerFile(), directory.allowedFile].map(scene.text)
        #expect(throws: KeyringError.exists(path: directory.workerFile())) { try scene.make() }
        #expect(throws: KeyringError.exists(path: directory.coordinatorFile)) { try scene.make("coordinator") }
        let elsewhere = scene.folder.appending(path: "x.key").path
        let taken = #expect(throws: KeyringError.self) { try scene.make(output: elsewhere) }
        #expect(taken == .nameTaken(.worker, path: directory.allowedFile))
        let after = try [directory.coordinatorFile, directory.workerFile(), directory.allowedFile].map(scene.text)
        #expect(before == after)
        #expect(!FileManager.default.fileExists(atPath: elsewhere))
    }

    @Test("a key that was cut short by a crash is made again with the coordinator's key that is there")
    func afterCrash() throws {
        let scene = try Scene()
        let coordinator = try scene.make().key.coordinator
        try FileManager.default.removeItem(atPath: scene.directory.workerFile())
        try FileManager.default.removeItem(atPath: scene.directory.allowedFile)
        try scene.write("half", to: scene.directory.workerFile() + ".1-0.partial")
        try scene.write("half", to: scene.directory.allowedFile + ".1-1.partial")
        let made = try scene.make()
        #expect(!made.madeCoordinator && made.key.coordinator == coordinator)
        #expect(try scene.directory.allowedKeys().keys.count == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: scene.directory.path).sorted()
        #expect(names == [".lock", "allowed-keys", "coordinator.key", "worker.key"])
    }

    @Test("allowing and revoking keep the comments of the list")
    func editing() throws {
        let scene = try Scene()
        let worker = try scene.make().key
        let file = scene.directory.allowedFile
        try scene.write(try scene.text(file) + "\n# The machines of room 3\n", to: file)
        let foreign = try CurveKeyPair.generate().publicKey
        try scene.directory.allow(foreign, name: KeyName("room3"), at: Scene.noon)
        let text = try scene.text(file)
        #expect(text.hasSuffix("\n\n# The machines of room 3\nroom3 = \(foreign) 2026-01-31T12:00:00Z worker\n"))
        #expect(try scene.directory.revoke("worker").publicKey == worker.keys.publicKey)
        #expect(try scene.directory.revoke(foreign.text).name == KeyName("room3"))
        #expect(try scene.directory.allowedKeys().keys.isEmpty)
        #expect(try scene.text(file).contains("# The machines of room 3\n"))
        #expect(throws: KeyringError.notAllowed("worker", path: file)) { try scene.directory.revoke("worker") }
    }

    @Test("a key is allowed once, and a name belongs to one key")
    func duplicates() throws {
        let scene = try Scene()
        let key = try CurveKeyPair.generate().publicKey
        let file = scene.directory.allowedFile
        try scene.directory.allow(key, name: KeyName("a"), at: Scene.noon)
        #expect(throws: KeyringError.alreadyAllowed(try KeyName("a"), path: file)) {
            try scene.directory.allow(key, name: KeyName("b"), at: Scene.noon)
        }
        let other = try CurveKeyPair.generate().publicKey
        #expect(throws: KeyringError.nameTaken(try KeyName("a"), path: file)) {
            try scene.directory.allow(other, name: KeyName("a"), at: Scene.noon)
        }
    }

    @Test("many editors at once lose no line", .timeLimit(.minutes(1)))
    func concurrentEditors() async throws {
        let scene = try Scene()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let key = try CurveKeyPair.generate().publicKey
                    try scene.directory.allow(key, name: KeyName("k\(number)"), at: Scene.noon)
                }
            }
            try await group.waitForAll()
        }
        let names = try scene.directory.allowedKeys().keys.map(\.name.description)
        #expect(Set(names) == Set((0..<20).map { "k\($0)" }))
        #expect(names.count == 20)
    }

    @Test("the summaries name keys and files, and tell no secret")
    func summaries() throws {
        let scene = try Scene()
        let first = try scene.make()
        let second = try scene.make("gpu-3")
        try scene.setMode(0o644, second.file)
        let coordinator = try #require(scene.directory.coordinatorSummary)
        #expect(coordinator.publicKey == first.key.coordinator)
        #expect(coordinator.mode == FileMode(bits: 0o600))
        let workers = scene.directory.workerSummaries
        #expect(workers.map(\.path) == [second.file, first.file])
        #expect(workers[0].problem == .exposed(path: second.file, mode: FileMode(bits: 0o644)))
        #expect(workers[1].publicKey == first.key.keys.publicKey && workers[1].name == .worker)
        var told = ""
        dump((coordinator, workers), to: &told)
        for secret in [try scene.directory.coordinatorKey().keys.secretKey, first.key.keys.secretKey] {
            #expect(!told.contains(secret.text))
        }
    }

    @Test("names of keys are what file names and lists can hold", arguments: ["a", "gpu-3", "A.b_c", "0"])
    func names(_ text: String) throws {
        #expect(try KeyName(text).description == text)
    }

    @Test(
        "other names are refused",
        arguments: ["", "-a", ".hidden", "a b", "a/b", "../x", "ä", "a\n", "a=b", String(repeating: "x", count: 64)]
    )
    func badNames(_ text: String) {
        let error = #expect(throws: KeyringError.self) { try KeyName(text) }
        #expect(error?.description.contains("\n") == false)
    }

    @Test("a fingerprint is short, and the same for the same key")
    func fingerprint() throws {
        let key = try CurvePublicKey(text: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
        // printf %s 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7' | sha256sum
        #expect(key.fingerprint == "8411-2785-d109-2a7e")
    }
}

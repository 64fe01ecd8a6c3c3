// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyring
import Testing
import ZeroMQ

@Suite("Invitations")
struct InvitationTests {
    private func endpoints() throws -> EndpointList {
        try EndpointList(parsing: ["tcp://head:7461", "tcp://[fd00::5]:7461"])
    }

    @Test("an invitation says where, with which key and in which role, and its key is allowed")
    func roundTrip() throws {
        let scene = try Scene()
        for (role, name) in [(KeyRole.worker, "worker"), (.viewer, "viewer"), (.operator, "operator")] {
            let file = scene.folder.path + "/\(role).join"
            let made = try scene.directory.invite(nil, role: role, to: endpoints(), output: file, at: Scene.noon)
            #expect(made.madeCoordinator == (role == .worker) && made.file == file)
            #expect(try scene.mode(file) == 0o600)
            let read = try Invitation(contentsOf: file)
            #expect(try read.key == made.key && read.role == role && read.endpoints == endpoints())
            let allowed = try scene.directory.allowedKeys().entry(of: made.key.keys.publicKey)
            #expect(allowed?.role == role && allowed?.name.description == name)
            #expect(read.key.coordinator == (try scene.directory.coordinatorKey().keys.publicKey))
        }
    }

    @Test("every invitation has a key of its own; names are counted where none is chosen")
    func names() throws {
        let scene = try Scene()
        _ = try scene.make()
        func invite(_ file: String, _ name: KeyName? = nil) throws -> KeyDirectory.NewKey {
            let output = scene.folder.path + "/" + file
            return try scene.directory.invite(name, role: .worker, to: endpoints(), output: output, at: Scene.noon)
        }
        #expect(try invite("a.join").key.name.description == "worker-2")
        #expect(try invite("b.join").key.name.description == "worker-3")
        #expect(try invite("c.join", KeyName("gpu-3")).key.name.description == "gpu-3")
        #expect(throws: KeyringError.self) { try invite("d.join", KeyName("gpu-3")) }
        #expect(throws: KeyringError.exists(path: scene.folder.path + "/a.join")) { try invite("a.join") }
        #expect(try scene.directory.allowedKeys().keys.count == 4)
    }

    @Test("what is no invitation is refused with its line, and tells no secret")
    func damage() throws {
        let scene = try Scene()
        let file = scene.folder.path + "/x.join"
        let made = try scene.directory.invite(nil, role: .worker, to: endpoints(), output: file, at: Scene.noon)
        let good = try scene.text(file)
        let changes: [(line: Int, text: String)] = [
            (1, good.replacing("bitsweep invitation 1", with: "bitsweep worker key 1")),
            (1, good.replacing("bitsweep invitation 1", with: "bitsweep invitation 2")),
            (3, good.replacing("role = worker", with: "role = king")),
            (4, good.replacing("tcp://head:7461", with: "head:7461")),
            (4, good.replacing("endpoints = tcp://head:7461,tcp://[fd00::5]:7461", with: "endpoints = ")),
        ]
        for change in changes {
            try scene.write(change.text, to: file)
            let error = #expect(throws: KeyringError.self, "\(change)") { try Invitation(contentsOf: file) }
            let text = error?.description ?? ""
            #expect(text.hasPrefix("\(file):\(change.line): "), "\(text)")
            #expect(!text.contains("\n") && !text.contains(made.key.keys.secretKey.text))
        }
        try scene.write(good, to: file)
        try scene.setMode(0o640, file)
        #expect(throws: KeyringError.self) { try Invitation(contentsOf: file) }
        #expect(try Invitation(contentsOf: file, trustsMode: true).key == made.key)
    }
}

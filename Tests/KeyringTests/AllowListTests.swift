// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyring
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct AllowListTests {
    @Test("every change of the file holds at the next question")
    func changes() throws {
        let scene = try Scene()
        let list = AllowList(scene.directory)
        let key = try CurveKeyPair.generate().publicKey
        #expect(list.entry(of: key)?.name == nil)
        for round in 0..<20 {
            let name = try KeyName("round-\(round)")
            try scene.directory.allow(key, name: name, at: Scene.noon)
            #expect(list.entry(of: key)?.name == name)
            try scene.directory.revoke(key.text)
            #expect(list.entry(of: key)?.name == nil)
        }
        #expect(list.problem == nil)
    }

    @Test("while the list is damaged nobody but the fixed keys is let in, and the reason is told")
    func damaged() throws {
        let scene = try Scene()
        let worker = try scene.make().key.keys.publicKey
        let local = try CurveKeyPair.generate().publicKey
        let list = AllowList(scene.directory, besides: [AllowedKey(name: .local, publicKey: local, since: Scene.noon)])
        #expect(list.entry(of: worker)?.name == .worker && list.entry(of: local)?.name == .local)
        let file = scene.directory.allowedFile
        let sound = try scene.text(file)
        try scene.write(sound + "nonsense\n", to: file)
        #expect(list.entry(of: worker)?.name == nil && list.entry(of: local)?.name == .local)
        #expect(list.problem?.description.hasPrefix("\(file):4:") == true)
        try scene.write(sound, to: file)
        #expect(list.entry(of: worker)?.name == .worker && list.problem == nil)
        try scene.setMode(0o622, file)
        #expect(list.entry(of: worker)?.name == nil && list.problem != nil)
        try FileManager.default.removeItem(atPath: file)
        #expect(list.entry(of: worker)?.name == nil)
    }

    @Test("a connection that stands is judged by what the list last said, and ends when its key is revoked")
    func standing() throws {
        let scene = try Scene()
        let worker = try scene.make().key.keys.publicKey
        let list = AllowList(scene.directory)
        #expect(list.standing(of: worker)?.role == .worker)
        let sound = try scene.text(scene.directory.allowedFile)
        try scene.write(sound + "nonsense\n", to: scene.directory.allowedFile)
        #expect(list.standing(of: worker)?.name == .worker && list.entry(of: worker) == nil)
        try scene.write(sound, to: scene.directory.allowedFile)
        try scene.directory.revoke("worker")
        #expect(list.standing(of: worker) == nil)
    }

    @Test("a line without a role is a worker's, and a role that is written is read again", arguments: KeyRole.allCases)
    func roles(role: KeyRole) throws {
        let scene = try Scene()
        let made = try scene.directory.makeKey(.usual(role), role: role, at: Scene.noon)
        let list = AllowList(scene.directory)
        #expect(list.entry(of: made.key.keys.publicKey)?.role == role)
        let text = try scene.text(scene.directory.allowedFile)
        try scene.write(text.replacing(" \(role)\n", with: "\n"), to: scene.directory.allowedFile)
        #expect(list.entry(of: made.key.keys.publicKey)?.role == .worker)
        try scene.write(text.replacing(" \(role)\n", with: " admiral\n"), to: scene.directory.allowedFile)
        #expect(list.entry(of: made.key.keys.publicKey) == nil)
        #expect(list.problem?.description.contains("worker, viewer or operator") == true)
    }

    @Test("only an operator may do what a viewer may, and nobody else what a worker may")
    func rights() {
        let granted = KeyRole.allCases.flatMap { role in
            KeyRole.allCases.filter(role.allows).map { "\(role) \($0)" }
        }
        #expect(granted == ["worker worker", "viewer viewer", "operator viewer", "operator operator"])
    }

    @Test("over real sockets: allowed, revoked while running, allowed again, and never a stranger")
    func sockets() throws {
        let scene = try Scene()
        let made = try scene.make()
        let context = try Context()
        let list = AllowList(scene.directory)
        let handler = try ZAPHandler(context: context, domain: CoordinatorKey.zapDomain) { key, _ in
            list.entry(of: key)?.name.description
        }
        var options = SocketOptions()
        options.linger = .zero
        options.security = try scene.directory.coordinatorKey().security
        var router = try Socket(.router, context: context, options: options)
        let endpoint = try router.bind("tcp://127.0.0.1:*")

        func heardAs(_ key: WorkerKey, within timeout: Duration) throws -> String? {
            options.security = key.security
            let dealer = try Socket(.dealer, context: context, options: options)
            try dealer.connect(endpoint)
            _ = try dealer.send(Message([1]))
            let deadline = ContinuousClock.now + timeout
            while .now < deadline {
                if let message = try router.receive() { return message.keyName }
                _ = try router.poll(timeout: .milliseconds(20))
            }
            return nil
        }
        let before = try heardAs(made.key, within: .seconds(10))
        #expect(before == "worker")
        try scene.directory.revoke("worker")
        let revoked = try heardAs(made.key, within: .milliseconds(300))
        #expect(revoked == nil)
        #expect(handler.lastRejections.last?.key == made.key.keys.publicKey)
        try scene.directory.allow(made.key.keys.publicKey, name: KeyName("again"), at: Scene.noon)
        let again = try heardAs(made.key, within: .seconds(10))
        #expect(again == "again")
        let stranger = try WorkerKey.make(.worker, coordinator: made.key.coordinator, at: Scene.noon)
        let unknown = try heardAs(stranger, within: .milliseconds(300))
        #expect(unknown == nil)
        #expect(handler.rejectionCount >= 2)
    }

    @Test("every refusal has one line of advice with something to type or look at")
    func advice() throws {
        let key = try Scene().make().key
        for failure in [.keyNotAllowed, .mechanismMismatch, .undecipherable, .closed, .malformed] as [HandshakeFailure]
        {
            for key in [key, nil] {
                let text = failure.advice(connectingWith: key)
                #expect(!text.contains("\n") && text.count > 40)
                if let key { #expect(!text.contains(key.keys.secretKey.text)) }
            }
        }
        let allowed = HandshakeFailure.keyNotAllowed.advice(connectingWith: key)
        #expect(allowed.contains("coordinator keys allow --name worker -- '\(key.keys.publicKey)'"))
    }
}

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
        #expect(list.name(of: key) == nil)
        for round in 0..<20 {
            let name = try KeyName("round-\(round)")
            try scene.directory.allow(key, name: name, at: Scene.noon)
            #expect(list.name(of: key) == name)
            try scene.directory.revoke(key.text)
            #expect(list.name(of: key) == nil)
        }
        #expect(list.problem == nil)
    }

    @Test("while the list is damaged nobody but the fixed keys is let in, and the reason is told")
    func damaged() throws {
        let scene = try Scene()
        let worker = try scene.make().key.keys.publicKey
        let local = try CurveKeyPair.generate().publicKey
        let list = AllowList(scene.directory, besides: [local: .local])
        #expect(list.name(of: worker) == .worker && list.name(of: local) == .local)
        let file = scene.directory.allowedFile
        let sound = try scene.text(file)
        try scene.write(sound + "nonsense\n", to: file)
        #expect(list.name(of: worker) == nil && list.name(of: local) == .local)
        #expect(list.problem?.description.hasPrefix("\(file):4:") == true)
        try scene.write(sound, to: file)
        #expect(list.name(of: worker) == .worker && list.problem == nil)
        try scene.setMode(0o622, file)
        #expect(list.name(of: worker) == nil && list.problem != nil)
        try FileManager.default.removeItem(atPath: file)
        #expect(list.name(of: worker) == nil)
    }

    @Test("over real sockets: allowed, revoked while running, allowed again, and never a stranger")
    func sockets() throws {
        let scene = try Scene()
        let made = try scene.make()
        let context = try Context()
        let list = AllowList(scene.directory)
        let handler = try ZAPHandler(context: context, domain: CoordinatorKey.zapDomain) { key, _ in
            list.name(of: key)?.description
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

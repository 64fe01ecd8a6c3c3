// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

@testable import Keyring

extension FuzzTarget {
    /// Key files of every kind, which people edit and copy from machine to machine.
    static let keys = FuzzTarget(name: "keys") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let keys = try? AllowedKeys(text, path: "input") {
            let again = try? AllowedKeys(keys.text, path: "input")
            law(again?.text == keys.text && again?.keys == keys.keys, "what was read can be written and reads the same")
        }
        check(text, .worker, WorkerKey.fieldNames)
        check(text, .invitation, ["role", "endpoints"] + WorkerKey.fieldNames)
        check(text, .coordinator, ["public", "secret", "created"])
    }

    private static func check(_ text: String, _ kind: KeyFileText.Kind, _ names: [String]) {
        guard let fields = try? KeyFileText(text, kind, path: "input").values(names) else { return }
        for field in fields {
            _ = try? field.keyName("input")
            _ = try? field.publicKey("input")
            _ = try? field.date("input")
            _ = try? field.pair(with: fields[0], "input")
        }
    }
}

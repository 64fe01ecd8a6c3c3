// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ZeroMQ

extension HandshakeFailure {
    /// One line for whoever connected with `key`, or without any: what went wrong and what to type.
    public func advice(connectingWith key: WorkerKey?) -> String {
        switch (self, key) {
        case (.keyNotAllowed, let key?):
            "the coordinator does not allow the key '\(key.name)'; on its machine: "
                + "coordinator keys allow --name \(key.name) -- '\(key.keys.publicKey)'"
        case (.mechanismMismatch, nil):
            "the coordinator encrypts and there is no key here; copy an invitation from its machine "
                + "('coordinator keys invite --output FILE' makes one) and give --join FILE, "
                + "or a key of its own with --key FILE"
        case (.closed, nil):
            "what listens there hung up: a coordinator that encrypts does so where there is no key "
                + "(give --join FILE or --key FILE), and so does anything that is no coordinator"
        case (.mechanismMismatch, _):
            "the coordinator does not encrypt; make its keys with 'coordinator keys new' and start it again, "
                + "or come without a key: --connect ENDPOINT --insecure"
        case (.closed, let key?):
            "the coordinator hung up on the key '\(key.name)', which is for the coordinator "
                + "\(key.coordinator.fingerprint); compare 'coordinator keys show' on its machine, and copy a key from there "
                + "(a tunnel or a proxy with no coordinator behind it hangs up, too)"
        default:
            "what listens there does not answer like a coordinator (\(self)); is the endpoint right?"
        }
    }
}

extension ConnectionObstacle {
    /// One line for whoever connects with `key`, or without any: what is in the way and what to do.
    public func advice(connectingWith key: WorkerKey?) -> String {
        guard case .refused(let why, let endpoint) = self else { return description }
        return "\(endpoint): \(why.advice(connectingWith: key))"
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import WireProtocol

extension PeerMessage {
    /// The role that may say it.
    var neededRole: KeyRole {
        switch self {
        case .worker: .worker
        case .client(.snapshot): .viewer
        case .client(.control(let request)): request.command.neededRole
        }
    }

    /// What whoever says it wants, as the rest of "the key may not …".
    fileprivate var wish: String {
        switch self {
        case .worker: "compute"
        case .client(.snapshot): "see the run"
        case .client(.control(let request)): request.command.wish
        }
    }
}

extension ControlRequest.Command {
    fileprivate var neededRole: KeyRole {
        switch self {
        case .explain: .viewer
        case .pause, .resume, .cancel, .drain: .operator
        }
    }

    fileprivate var wish: String {
        switch self {
        case .pause: "pause the run"
        case .resume: "resume the run"
        case .cancel: "cancel the run"
        case .drain: "drain workers"
        case .explain: "have cells explained"
        }
    }
}

extension Refusal {
    /// The answer to a message that its sender may not say; nil when it may.
    init?(of message: PeerMessage, by standing: RoleRegister.Standing) {
        switch standing {
        case .unchecked: return nil
        case .revoked: self = .revoked
        case .allowed(let key):
            let needed = message.neededRole
            if key.role.allows(needed) { return nil }
            let text =
                "the key '\(key.name)' has the role \(key.role) and may not \(message.wish): that needs the role \(needed); "
                + "on the coordinator's machine: coordinator keys new --role \(needed) --name NAME"
            self = Refusal(.notAllowed, text: text)
        }
    }

    /// What whoever is still connected with a revoked key is told.
    static let revoked = Refusal(.notAllowed, text: "the key of this connection was revoked; ask for another")
}

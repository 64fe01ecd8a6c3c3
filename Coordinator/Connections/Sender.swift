// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Scheduling
import ZeroMQ

/// Who is at the other end of a connection, as the socket tells it and never as the peer says.
struct Sender: Hashable, Sendable {
    /// The public key that it proved to have; nil where the endpoint asks for none.
    let key: String?
    /// The IP address that it connects from; empty where its transport has none.
    let address: String

    init(key: String?, address: String) {
        self.key = key
        self.address = address
    }

    init(_ message: Message) {
        self.init(key: message.keyName, address: message.peerAddress ?? "")
    }
}

/// Which role each sender has, as the list of allowed keys last said.
///
/// The list is asked again after a moment: often enough for a revocation to hold at once, and never once a message, since
/// it may lie on a slow file system.
struct RoleRegister {
    /// What a sender may do.
    enum Standing {
        /// Anything: nobody has a key.
        case unchecked
        case allowed(AllowedKey)
        case revoked
    }

    private static let moment = Duration.milliseconds(200)

    private let allowList: AllowList?
    private var known: [String: Standing] = [:]
    private var asked: Instant?

    /// Roles by `allowList`; nil where everyone is let in.
    init(_ allowList: AllowList?) {
        self.allowList = allowList
    }

    /// Whether somebody is the coordinator's own user: a local worker, or anyone on this machine where there are no keys.
    mutating func isOwn(_ sender: Sender, at now: Instant) -> Bool {
        switch standing(of: sender, at: now) {
        case .allowed(let key): key.name == .local
        case .unchecked: sender.address.hasPrefix("127.") || sender.address == "::1"
        case .revoked: false
        }
    }

    mutating func standing(of sender: Sender, at now: Instant) -> Standing {
        guard let allowList else { return .unchecked }
        guard let text = sender.key else { return .revoked }
        if asked.map({ $0.duration(to: now) >= Self.moment }) ?? true { (asked, known) = (now, [:]) }
        if let standing = known[text] { return standing }
        let entry = (try? CurvePublicKey(text: text)).flatMap { allowList.standing(of: $0) }
        let standing = entry.map { Standing.allowed($0) } ?? .revoked
        known[text] = standing
        return standing
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation
package import Keyring
package import ZeroMQ

/// Options for the key, or the invitation, with which a command connects to a coordinator.
///
/// Whoever conforms declares `--join`, `--key`, `--trust-mode` and `--insecure`, with a help that says where its standard
/// key lies.
package protocol ConnectionKeyOptions: ParsableArguments {
    /// The invitation file that was given.
    var join: String? { get }
    /// The key file that was asked for.
    var key: String? { get }
    /// Whether key files are taken whatever their permissions are.
    var trustMode: Bool { get }
    /// Whether to connect without encryption, whatever keys there are.
    var insecure: Bool { get }
    /// The key that is used where nothing was asked for; nil where there is none.
    ///
    /// - Throws: `CommandFailure.usage` when there is no folder for it, or a `KeyringError`.
    func standardKey() throws -> WorkerKey?
}

extension ConnectionKeyOptions {
    package func validate() throws {
        _ = try givenKeyOption(join: join, key: key, insecure: insecure)
    }

    /// The key of `--join`, of `--key`, of `BITSWEEP_KEY` or the standard one; nil to connect without encryption.
    ///
    /// - Throws: `CommandFailure.usage` when the file that counts cannot be read.
    package func workerKey() throws -> WorkerKey? {
        if insecure { return nil }
        if let invitation = try invitation() { return invitation.key }
        let chosen = key ?? UserFolders().path("BITSWEEP_KEY")
        return try naming {
            if let chosen { return try WorkerKey(contentsOf: chosen, trustsMode: trustMode) }
            return try standardKey()
        }
    }

    /// The invitation of `--join`; nil without that.
    private func invitation() throws -> Invitation? {
        try naming { try join.map { try Invitation(contentsOf: $0, trustsMode: trustMode) } }
    }

    /// Where to connect and with which key: as `--connect` says, else as the invitation does, else as BITSWEEP_CONNECT
    /// does, else at `standard`.
    ///
    /// A file or a pipe is read once.
    ///
    /// - Parameters:
    ///   - connect: the values of `--connect`.
    ///   - standard: the endpoint where nothing says one; nil where something must.
    ///   - roles: those of an invitation that can be used here.
    /// - Returns: the endpoints, and the key.
    /// - Throws: `CommandFailure.usage` when the file that counts cannot be read, or nothing says where to connect.
    package func access(
        _ connect: [String],
        standard: String? = nil,
        for roles: Set<KeyRole>
    ) throws -> CoordinatorAccess {
        let invitation = try invitation()
        if let invitation, !roles.contains(invitation.role) {
            let wanted = roles.map { "--role \($0)" }.sorted().joined(separator: " or ")
            throw CommandFailure.usage(
                "\(join ?? ""): an invitation for a key of role \(invitation.role), which may not do this; "
                    + "one that may is made with: coordinator keys invite \(wanted) --output FILE"
            )
        }
        let key = try invitation?.key ?? workerKey()
        let role = invitation?.role
        if connect.isEmpty, let invitation {
            return CoordinatorAccess(endpoints: invitation.endpoints, key: key, role: role)
        }
        let variable = UserFolders.connection
        let wanted = connect.isEmpty ? (variable ?? standard).map { [$0] } ?? [] : connect
        guard !wanted.isEmpty else {
            throw CommandFailure.usage(
                "where is the coordinator? Give --join FILE ('coordinator keys invite' makes one) or --connect ENDPOINT, "
                    + "or set \(UserFolders.connectionVariable)"
            )
        }
        do throws(EndpointList.Problem) {
            return CoordinatorAccess(endpoints: try EndpointList(parsing: wanted), key: key, role: role)
        } catch {
            let source = connect.isEmpty && variable != nil ? UserFolders.connectionVariable : "--connect"
            throw CommandFailure.usage("\(source): \(error)")
        }
    }

    private func naming<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as KeyringError {
            throw CommandFailure.usage("\(error)")
        }
    }
}

/// The one option that says with which key to connect; nil where none was given.
///
/// - Throws: `ValidationError` where several were given.
package func givenKeyOption(join: String?, key: String?, insecure: Bool) throws -> String? {
    let given = [join.map { _ in "--join" }, key.map { _ in "--key" }, insecure ? "--insecure" : nil]
    let names = given.compactMap(\.self)
    if names.count > 1 { throw ValidationError("\(names[0]) and \(names[1]) exclude each other") }
    return names.first
}

/// Where a coordinator may be, and the key to connect to it with.
package struct CoordinatorAccess: Sendable {
    /// Its endpoints, best first.
    package let endpoints: EndpointList
    /// The key; nil to connect without encryption.
    package let key: WorkerKey?
    /// What the key may do, as far as an invitation says.
    package let role: KeyRole?

    package init(endpoints: EndpointList, key: WorkerKey?, role: KeyRole? = nil) {
        (self.endpoints, self.key, self.role) = (endpoints, key, role)
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ZeroMQ

/// All that somebody elsewhere needs to join a coordinator, in one file: where it may be found, its public key, and a key
/// of their own with a role.
public struct Invitation: Hashable, Sendable {
    /// What the key may do, as the coordinator was told when it was made.
    ///
    /// For whoever reads the file: the coordinator asks its own list.
    public let role: KeyRole
    /// Where the coordinator listens, or will listen.
    public let endpoints: EndpointList
    /// The key, and the coordinator's public key.
    public let key: WorkerKey

    /// An invitation for whoever has this key.
    public init(_ key: WorkerKey, role: KeyRole, endpoints: EndpointList) {
        (self.key, self.role, self.endpoints) = (key, role, endpoints)
    }

    /// Reads an invitation from its file.
    ///
    /// - Parameters:
    ///   - path: The file, or a pipe, which can be read once.
    ///   - trustsMode: Whether a file that others can read is taken, too.
    /// - Throws: also when anyone but the owner can read the file.
    public init(contentsOf path: String, trustsMode: Bool = false) throws(KeyringError) {
        let text = try KeyFileText(SecretFile.read(path, trustsMode: trustsMode), .invitation, path: path)
        let values = try text.values(["role", "endpoints"] + WorkerKey.fieldNames)
        guard let role = KeyRole(rawValue: values[0].value) else {
            let known = KeyRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw values[0].damaged(path, "'role' is none of \(known)")
        }
        self.role = role
        do throws(EndpointList.Problem) {
            endpoints = try EndpointList(parsing: [values[1].value])
        } catch {
            throw values[1].damaged(path, "\(error)")
        }
        key = try WorkerKey(values.dropFirst(2), path)
    }

    /// Writes the invitation to a new file with mode 0600.
    ///
    /// - Throws: `exists` when something is at `path`.
    public func write(to path: String) throws(KeyringError) {
        try SmallFile.create(path, text)
    }

    private var text: String {
        """
        \(KeyFileText.Kind.invitation.heading)
        # Secret: whoever reads this file has at the coordinator the rights of this role.
        role = \(role)
        endpoints = \(endpoints)
        \(key.fieldLines)

        """
    }
}

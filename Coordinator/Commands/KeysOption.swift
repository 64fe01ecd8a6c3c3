// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Keyring

/// Where the coordinator's keys are.
struct KeysOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory with the coordinator's keys. (default: BITSWEEP_KEYS, else ~/.config/bitsweep/keys)",
            valueName: "DIR"
        )
    )
    var keys: String?

    @Flag(help: "Take key files even if others can read or change them.")
    var trustMode = false

    /// The directory that this option, the environment or custom names.
    ///
    /// - Throws: `CommandFailure.usage` when none of them names one.
    var directory: KeyDirectory {
        get throws {
            let folders = UserFolders()
            let chosen = keys ?? folders.path("BITSWEEP_KEYS")
            if let chosen { return KeyDirectory(chosen, trustsModes: trustMode) }
            guard let configuration = folders.configuration else {
                let problem = UserFolders.problem("XDG_CONFIG_HOME")
                throw CommandFailure.usage("no directory of keys: \(problem), or give --keys DIR")
            }
            return .standard(configuration: configuration, trustsModes: trustMode)
        }
    }

    /// How an endpoint is protected; refused where others could reach it and nothing would.
    func security(of endpoint: String, isLocal: Bool, isInsecure: Bool) throws -> EndpointSecurity {
        // Without keys in the first place, --insecure has nothing to overrule.
        if isInsecure, (try? directory) == nil {
            return EndpointSecurity(notice: isLocal ? nil : Self.openness(of: endpoint))
        }
        let directory = try directory
        switch EndpointProtection(isLocal: isLocal, hasKeys: directory.hasKeys, isInsecure: isInsecure) {
        case .encrypted:
            return try EndpointSecurity(encryptedWith: directory)
        case .plainOnLoopback:
            return EndpointSecurity(notice: nil)
        case .plainOnRequest:
            return EndpointSecurity(notice: Self.openness(of: endpoint))
        case .plainDespiteKeys:
            return EndpointSecurity(
                notice: "\(endpoint) is not encrypted in spite of the keys in \(directory.path), because of --insecure",
                ignoresKeys: true
            )
        case .refused:
            throw CommandFailure.usage(
                "--listen \(endpoint): other machines could reach this port, and there are no keys in \(directory.path); "
                    + "make them with 'coordinator keys new', or add --insecure if the network is yours alone"
            )
        }
    }

    private static func openness(of endpoint: String) -> String {
        "\(endpoint) is not encrypted: anyone who reaches it may join"
    }
}

/// The key that a command connects to a coordinator with.
struct ClientKeyOption: ConnectionKeyOptions {
    @Option(
        help: ArgumentHelp(
            "Invitation from the coordinator's machine ('coordinator keys invite'): where it listens, and a key.",
            valueName: "FILE"
        )
    )
    var join: String?

    @Option(
        help: ArgumentHelp(
            "Key file to connect with, or a pipe. (default: BITSWEEP_KEY, else operator.key, coordinator.key or viewer.key of the keys)",
            valueName: "FILE"
        )
    )
    var key: String?

    @OptionGroup var keys: KeysOption

    var trustMode: Bool { keys.trustMode }

    @Flag(help: "Connect without encryption, whatever keys there are.")
    var insecure = false

    /// Where to connect and with which key.
    func access(_ connect: [String]) throws -> CoordinatorAccess {
        try access(connect, standard: Endpoint.standard, for: [.operator, .viewer])
    }

    func standardKey() throws -> WorkerKey? {
        let directory = try keys.directory
        if let key = try directory.fileKey(.operator) { return key }
        if directory.hasKeys { return WorkerKey(of: try directory.coordinatorKey()) }
        // A worker's key opens nothing to a client, but its refusal says what would.
        if let key = try directory.fileKey(.viewer) { return key }
        return try directory.fileKey(.worker)
    }
}

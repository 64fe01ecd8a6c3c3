// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import ZeroMQ

/// What may be told about a key file: never its secret.
public struct KeyFileSummary: Hashable, Sendable {
    /// The file.
    public let path: String
    /// Its permissions; nil when it cannot be looked at.
    public let mode: FileMode?
    /// The key's name; nil for the coordinator's, and when it cannot be read.
    public let name: KeyName?
    /// The public half of the key in it; nil when it cannot be read.
    public let publicKey: CurvePublicKey?
    /// When the key was made; nil when it cannot be read.
    public let created: Date?
    /// Why it cannot be read, or nil.
    public let problem: KeyringError?

    private init(
        _ path: String,
        name: KeyName? = nil,
        publicKey: CurvePublicKey? = nil,
        created: Date? = nil,
        problem: KeyringError? = nil
    ) {
        self.path = path
        mode = SmallFile.mode(path)
        self.name = name
        self.publicKey = publicKey
        self.created = created
        self.problem = problem
    }

    /// Sums up the coordinator's key file.
    init(coordinatorFile path: String, trustsMode: Bool) {
        do throws(KeyringError) {
            let key = try CoordinatorKey(contentsOf: path, trustsMode: trustsMode)
            self.init(path, publicKey: key.keys.publicKey, created: key.created)
        } catch {
            self.init(path, problem: error)
        }
    }

    /// Sums up the key file of a worker.
    init(workerFile path: String, trustsMode: Bool) {
        do throws(KeyringError) {
            let key = try WorkerKey(contentsOf: path, trustsMode: trustsMode)
            self.init(path, name: key.name, publicKey: key.keys.publicKey, created: key.created)
        } catch {
            self.init(path, problem: error)
        }
    }
}

extension KeyDirectory {
    /// The coordinator's key file; nil when there is none.
    public var coordinatorSummary: KeyFileSummary? {
        hasKeys ? KeyFileSummary(coordinatorFile: coordinatorFile, trustsMode: trustsModes) : nil
    }

    /// The key files of others in the directory, by name of the file.
    public var workerSummaries: [KeyFileSummary] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".key") && $0 != "coordinator.key" }.sorted().map {
            KeyFileSummary(workerFile: path + "/" + $0, trustsMode: trustsModes)
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import ResultStore
import Scheduling

/// What a run is and by which rules it is computed; nothing of it changes while its loop runs.
struct RunContext {
    let work: RunWork
    let store: ResultStore
    /// The arithmetic that workers must share.
    let numerics: NumericsIdentity
    let scheduling: SchedulingConfiguration
    /// Whether workers of other machines can reach it.
    let isOpenToOthers: Bool
    /// How the run stood when this life of its coordinator began.
    let earlier: EarlierLives
}

/// What earlier lives of a run's coordinator found of its rows.
struct EarlierLives {
    /// Audits that were not done by then are not made up for.
    let audits: AuditTally
    let disputedShards: Int

    init(of run: String, in store: ResultStore) throws {
        let record = try store.run(run)
        (audits, disputedShards) = (record.audits, record.disputedShards)
    }
}

/// What works beside the loop, on threads of its own; answers come into the mailbox.
struct LoopServices {
    let mailbox: LoopMailbox
    /// Where everyone else sees how the run stands.
    let status: RunStatus
    let artifacts: ArtifactService
    let models: TrainedModels
    let uploads: UploadService

    /// The services of a run of `plan` into the store at `storePath`; the files that it hands out are open from now on.
    init(_ plan: PlannedSweep, storePath: String, _ mailbox: LoopMailbox, _ status: RunStatus, verifies: Bool) {
        self.mailbox = mailbox
        self.status = status
        artifacts = ArtifactService(plan, mailbox: mailbox)
        models = TrainedModels(store: storePath)
        models.removeAbandoned(before: Date(timeIntervalSinceNow: -86400))
        uploads = UploadService(models, plan.trainings, mailbox: mailbox, verifies: verifies)
    }

    /// Leaves nothing half written.
    func stop() { uploads.stop() }
}

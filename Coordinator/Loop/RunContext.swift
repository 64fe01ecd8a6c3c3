// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Logging
import ResultStore
import Scheduling

/// What a run is and by which rules it is computed; nothing of it changes while its loop runs.
struct RunContext {
    let work: RunWork
    let store: ResultStore
    /// The arithmetic that workers must share.
    let numerics: NumericsIdentity
    let scheduling: SchedulingConfiguration
}

/// What works beside the loop, on threads of its own; answers come into the mailbox.
struct LoopServices {
    let mailbox: LoopMailbox
    /// Where everyone else sees how the run stands.
    let status: RunStatus
    let snapshots: SnapshotService
    let artifacts: ArtifactService
    let models: TrainedModels
    let uploads: UploadService
}

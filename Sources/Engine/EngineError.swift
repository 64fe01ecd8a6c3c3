// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a shard could not be computed.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// This machine cannot have the checkpoint: it is missing, damaged, or another one.
    case model(String)
    /// This machine cannot have the data set: it is missing, damaged, or another one.
    case data(String)
    /// The checkpoint, or the data set, is not what it was when the work was planned, wherever it is asked for.
    case changedModel(String)
    case changedData(String)
    /// The model and the images, or the model and the transformation, do not fit together.
    case unfit(String)
    /// The machine has too little memory for it.
    case memory(String)
    /// This machine's scorer of an external model fails: it cannot be started, or gives no answer to any images.
    case scorer(String)
    /// Whoever asked for the shard no longer wants it.
    case cancelled

    /// Whether it is this machine that fails, while another may well do the same.
    public var isOfSurroundings: Bool {
        switch self {
        case .model, .data, .memory, .scorer: true
        case .changedModel, .changedData, .unfit, .cancelled: false
        }
    }

    /// One line: which file or which numbers, and what would be right.
    public var description: String {
        switch self {
        case .model(let reason), .data(let reason), .changedModel(let reason), .changedData(let reason): reason
        case .unfit(let reason), .memory(let reason), .scorer(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}

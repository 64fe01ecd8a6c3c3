// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a shard could not be computed.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The checkpoint is missing, damaged, or another one.
    case model(String)
    /// The data set is missing, damaged, or another one.
    case data(String)
    /// The model and the images, or the model and the transformation, do not fit together.
    case unfit(String)
    /// The machine has too little memory for it.
    case memory(String)
    /// Whoever asked for the shard no longer wants it.
    case cancelled

    /// One line: which file or which numbers, and what would be right.
    public var description: String {
        switch self {
        case .model(let reason), .data(let reason), .unfit(let reason), .memory(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import Vocabulary
import ZeroMQ

/// What the machine lets a worker have: processors, memory, threads, open files.
struct MachineCheck {
    let threads: Int

    /// Memory with which the smallest models and data sets can be loaded, and with which the shipped ones can.
    private static let memory = (least: 128 << 20, usual: 512 << 20)
    /// Files that a worker has open at once, at most.
    private static let files = (least: 64, usual: 256)

    var findings: [Finding] { [processors, memory, threadSupply, openFiles] }

    private var processors: Finding {
        let machine = ProcessInfo.processInfo.activeProcessorCount
        let own = AvailableProcessors.own
        let limit = own.limit.map { " (\($0))" } ?? ""
        let load = Self.load.map { ", load \(HumanText.fixed($0, decimals: 1))" } ?? ""
        let text = "\(own.count) of \(machine)\(limit)\(load); \(counted(threads, "thread")) would compute"
        if threads > own.count {
            return Finding(
                "processors",
                .warning,
                text,
                advice: "more threads than processors take turns; leave --threads out"
            )
        }
        if let load = Self.load, load > Double(machine) {
            return Finding(
                "processors",
                .warning,
                text,
                advice: "others keep this machine busy: look with 'top', or give a smaller --threads"
            )
        }
        return Finding("processors", text)
    }

    /// Processes that ran or waited to, on average of the last minute.
    private static var load: Double? {
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.flatMap { Double($0) }
    }

    private var memory: Finding {
        guard let free = FreeMemory().bytes() else { return Finding("memory", "nobody says how much is free") }
        let text = "\(HumanText.size(free)) free, of the machine, its control groups and the process's limit"
        if free < Self.memory.usual {
            return Finding(
                "memory",
                free < Self.memory.least ? .wrong : .warning,
                text,
                advice:
                    "a model takes four times its file's size, images besides; end other programs, or raise the limit"
            )
        }
        return Finding("memory", text)
    }

    private var threadSupply: Finding {
        do {
            try ThreadSupply.require(threads)
            return Finding("threads", "\(counted(threads, "thread")) can be started")
        } catch {
            return Finding(
                "threads",
                .wrong,
                "\(error)",
                advice: "raise the limit (ulimit -u), or give a smaller --threads"
            )
        }
    }

    private var openFiles: Finding {
        let limit = OpenFileLimit.allowed
        let text = "\(limit) can be open"
        if limit < Self.files.usual {
            return Finding(
                "open files",
                limit < Self.files.least ? .wrong : .warning,
                text,
                advice: "raise the limit with: ulimit -n \(Self.files.usual)"
            )
        }
        return Finding("open files", text)
    }
}

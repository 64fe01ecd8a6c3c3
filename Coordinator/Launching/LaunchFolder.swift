// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation

/// Where the scripts and logs of launched jobs are: a folder that this machine and the nodes see.
struct LaunchFolder {
    /// An absolute path.
    let path: String

    /// The folder at `chosen`, or the one of a store: `results.launch` beside `results.sqlite`.
    ///
    /// - Throws: `CommandFailure.usage` for a path that a scheduler would not take as it is.
    init(_ chosen: String?, ofStore store: String) throws(CommandFailure) {
        let url = URL(filePath: store)
        let name = url.deletingPathExtension().lastPathComponent + ".launch"
        path = chosen.map { URL(filePath: $0).path } ?? url.deletingLastPathComponent().appending(path: name).path
        // sbatch replaces what begins with % in names of logs.
        guard !path.contains("%"), !path.contains("\""), !path.contains(where: \.isNewline) else {
            throw .usage("--folder \(path): Slurm takes no such path for logs; choose one without % and quotes")
        }
    }

    /// Where it is written down what was launched for a store that another machine uses.
    var records: String { "\(path)/launched.sqlite" }

    /// Where a coordinator that Slurm starts says where it listens.
    var endpointFile: String { "\(path)/endpoint" }

    /// Makes the folder, for its owner alone, unless it is there.
    func make() throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .usage("\(path): cannot be made (\(SystemReason.text(of: error))); choose another --folder")
        }
    }

    /// Writes a script under a name that says when; returns its path.
    func write(_ script: String, named name: String, at now: Date) throws -> String {
        let stamp = now.formatted(.verbatim(Self.stamp, timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
        let file = "\(path)/\(name)-\(stamp).sh"
        try DurableFile.write(Array(script.utf8), to: file)
        return file
    }

    private static let stamp: Date.FormatString = """
        \(year: .padded(4))\(month: .twoDigits)\(day: .twoDigits)-\
        \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)
        """
}

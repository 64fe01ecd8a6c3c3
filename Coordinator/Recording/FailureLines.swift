// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Failures for people: those that say the same, but for numbers, once, and how often.
enum FailureLines {
    /// One line for each message, `failed 12 times, last …: MESSAGE`, in the order in which they were first said.
    ///
    /// - Parameters:
    ///   - failures: The failures, oldest first.
    ///   - message: What a failure says.
    ///   - place: When and where the last of several was.
    /// - Returns: The lines.
    static func grouped<Failure>(
        _ failures: [Failure],
        by message: (Failure) -> String,
        place: (Failure) -> String
    ) -> [String] {
        groups(failures, by: message).map { group in
            let (count, last) = (group.count, group[group.count - 1])
            let times = count == 1 ? "failed" : "failed \(counted(count, "time")), last"
            return "\(times) \(place(last)): \(message(last))"
        }
    }

    /// Failures that say the same, but for numbers, together.
    static func groups<Failure>(_ failures: [Failure], by message: (Failure) -> String) -> [[Failure]] {
        var places: [String: Int] = [:]
        var groups: [[Failure]] = []
        for failure in failures {
            let pattern = Excerpt.pattern(message(failure))
            if let place = places[pattern] {
                groups[place].append(failure)
            } else {
                places[pattern] = groups.count
                groups.append([failure])
            }
        }
        return groups
    }
}

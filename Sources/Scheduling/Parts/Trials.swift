// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// How often something was tried in vain, and on which hosts.
///
/// A budget counts hosts: what one machine cannot do, it cannot do however often it tries, and however many workers it
/// has. Only where nobody else could try does each attempt count; otherwise the run of one machine would never end.
struct Trials: Sendable {
    private var errors = 0
    private var losses = 0
    private var errorHosts: Set<String> = []
    private var lossHosts: Set<String> = []

    init() {}

    /// Attempts that came to nothing as often as the counts say, on the hosts of the records.
    init(errors: Int, losses: Int, _ records: [AttemptRecord]) {
        for record in records { note(record.failure, on: record.host) }
        (self.errors, self.losses) = (errors, losses)
    }

    /// Counts a failure against the budget that it spends.
    mutating func note(_ failure: AttemptFailure, on host: String) {
        if failure.isEngineError {
            errors += 1
            errorHosts.insert(host)
        } else if failure.isLoss {
            losses += 1
            lossHosts.insert(host)
        }
    }

    /// Forgets the losses: what is tried has come further since.
    mutating func forgiveLosses() { (losses, lossHosts) = (0, []) }

    /// Hosts whose further attempts would tell nothing new.
    private func triedHosts(_ configuration: SchedulingConfiguration) -> Set<String> {
        losses >= configuration.workerLossBudget ? errorHosts.union(lossHosts) : errorHosts
    }

    /// Whether a budget is used up.
    ///
    /// `external` is what is tried, where not every worker can compute it.
    func isSpent(
        _ configuration: SchedulingConfiguration,
        among fleet: Fleet,
        for external: ExternalModel? = nil
    ) -> Bool {
        let (mostErrors, mostLosses) = (configuration.engineErrorBudget, configuration.workerLossBudget)
        if errorHosts.count >= mostErrors || lossHosts.count >= mostLosses { return true }
        return isTriedEnough(configuration) && !fleet.hasCapable(besides: triedHosts(configuration), for: external)
    }

    /// Whether a worker of the host should leave it to others, who have not failed at it.
    func isOthersTurn(
        after host: String,
        _ configuration: SchedulingConfiguration,
        among fleet: Fleet,
        for external: ExternalModel? = nil
    ) -> Bool {
        let tried = triedHosts(configuration)
        guard tried.contains(host) else { return false }
        if fleet.hasActive(besides: tried, for: external) { return true }
        return isTriedEnough(configuration) && fleet.hasCapable(besides: tried, for: external)
    }

    private func isTriedEnough(_ configuration: SchedulingConfiguration) -> Bool {
        errors >= configuration.engineErrorBudget || losses >= configuration.workerLossBudget
    }
}

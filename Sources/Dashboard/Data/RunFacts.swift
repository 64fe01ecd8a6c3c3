// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting
import ResultStore
import Scheduling
import WireProtocol

/// How a run stands, from the store and, while it goes on here, from its coordinator; the head of its pages and of their
/// twins.
struct RunFacts: Hashable, Encodable {
    var run: String
    var sweep: String
    var state: String
    var created: String
    var updated: String
    var cells: Int
    var cellsDone: Int
    var images: Int
    var imagesDone: Int
    var imagesFailed: Int?
    var imagesPerSecond: Double?
    var secondsRemaining: Double?
    var workers: Int?
    var failedShards: Int?
    var duplicateImages: Int
    var mismatchedImages: Int
    var auditsDone: Int
    var auditsMissing: Int
    var disputedShards: Int
    var pauseReason: String?
    var trainings: [TrainingFacts] = []
    var notices: [String] = []
    /// Whether it may still change.
    var isGoingOn: Bool

    init(_ record: RunRecord, _ live: LiveRun?) {
        run = record.id
        sweep = record.sweep
        state = live?.state.rawValue ?? record.state.rawValue
        created = PageFrame.machineTime(record.created)
        updated = PageFrame.machineTime(record.updated)
        (cells, cellsDone) = (record.cells, record.done)
        (images, imagesDone) = (record.images, record.recordedImages)
        (duplicateImages, mismatchedImages) = (record.duplicateImages, record.mismatchedImages)
        (auditsDone, auditsMissing) = (record.audits.done, record.audits.missing)
        disputedShards = record.disputedShards
        isGoingOn = record.state == .running || record.state == .paused
        if let live { add(live) }
    }

    private mutating func add(_ live: LiveRun) {
        let progress = live.progress
        // Before the scheduler has its cells, the store knows more.
        if progress.images.total > 0 {
            (cells, cellsDone) = (progress.cells.total, progress.cells.recorded)
            (images, imagesDone) = (progress.images.total, progress.images.done)
        }
        imagesFailed = progress.images.failed
        imagesPerSecond = progress.imagesPerSecond
        secondsRemaining = progress.secondsRemaining
        workers = live.workers.count
        failedShards = progress.counts.failedShards
        (auditsDone, auditsMissing) = (live.auditsDone, live.auditsMissing)
        disputedShards = live.disputedShards
        pauseReason = live.pauseReason
        trainings = live.trainings.map(TrainingFacts.init)
        notices = live.notices.suffix(5)
    }

    /// The share of images that are scored.
    var share: Double { images > 0 ? min(1, Double(imagesDone) / Double(images)) : 0 }
}

/// How a training stands.
struct TrainingFacts: Hashable, Encodable {
    var model: String
    var state: String
    var stepsDone: Int
    var steps: Int
    var loss: Double?
    var worker: String

    init(_ status: TrainingStatus) {
        model = status.model
        state = status.state.rawValue
        (stepsDone, steps) = (status.stepsDone, status.steps)
        loss = status.stepsDone > 0 ? status.loss : nil
        worker = status.worker
    }

    /// `glow-mnist: running, step 1,200 of 30,000, loss 1.234, on host`.
    var line: String {
        var parts = ["\(model): \(state)"]
        if steps > 0 { parts.append("step \(HumanText.count(stepsDone)) of \(HumanText.count(steps))") }
        if let loss { parts.append("loss \(HumanText.fixed(loss, decimals: 3))") }
        if !worker.isEmpty { parts.append("on \(worker)") }
        return parts.joined(separator: ", ")
    }
}

extension RunFacts {
    /// Fields that change while a run goes on, as they are shown: pages and events have them from here.
    var fields: [String: String] {
        [
            "state": state,
            "images": "\(HumanText.count(imagesDone)) of \(HumanText.count(images))",
            "cells": "\(HumanText.count(cellsDone)) of \(HumanText.count(cells))",
            "percent": "\(HumanText.fixed(100 * share, decimals: 1)) %",
            "rate": imagesPerSecond.map { "\(HumanText.rate($0)) images/s" } ?? HumanText.absent,
            "left": secondsRemaining.map { HumanText.duration(.seconds(min($0, 1e9))) } ?? HumanText.absent,
            "workers": workers.map { HumanText.count($0) } ?? HumanText.absent,
            "failed": failedShards.map { HumanText.count($0) } ?? HumanText.absent,
        ]
    }

    /// What somebody hears who cannot see the page.
    var announcement: String {
        let rest = secondsRemaining.map { ", \(HumanText.span(seconds: $0)) left" } ?? ""
        return "\(run): \(state), \(HumanText.fixed(100 * share, decimals: 0)) percent of images scored\(rest)"
    }
}

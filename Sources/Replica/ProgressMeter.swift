import Synchronization

/// Counts what a long task has done, for whoever shows it.
///
/// Safe from any thread.
package final class ProgressMeter: Sendable {
  /// What is being done.
  package enum Phase: Int, Sendable {
    case starting, scanning, comparing, sending, receiving, applying, recording
  }

  private let phase = Atomic<Int>(Phase.starting.rawValue)
  private let files = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)
  private let totalFiles = Atomic<Int>(0)
  private let totalBytes = Atomic<Int>(0)

  /// Makes a meter that stands at nothing.
  package init() {}

  /// One look at a meter.
  package struct Reading: Sendable {
    /// What is being done.
    package var phase: Phase
    /// Files done in this phase.
    package var files: Int
    /// Bytes done in this phase.
    package var bytes: Int
    /// Files to do in this phase, or 0 when that is not known.
    package var totalFiles: Int
    /// Bytes to do in this phase, or 0 when that is not known.
    package var totalBytes: Int
  }

  /// Begins a phase and sets its totals; 0 means not known.
  package func begin(_ phase: Phase, totalFiles: Int = 0, totalBytes: Int = 0) {
    self.phase.store(phase.rawValue, ordering: .relaxed)
    files.store(0, ordering: .relaxed)
    bytes.store(0, ordering: .relaxed)
    self.totalFiles.store(totalFiles, ordering: .relaxed)
    self.totalBytes.store(totalBytes, ordering: .relaxed)
  }

  /// Adds to what is done.
  package func add(files: Int = 0, bytes: Int = 0) {
    if files != 0 { self.files.wrappingAdd(files, ordering: .relaxed) }
    if bytes != 0 { self.bytes.wrappingAdd(bytes, ordering: .relaxed) }
  }

  /// What the meter shows now.
  package var reading: Reading {
    Reading(
      phase: Phase(rawValue: phase.load(ordering: .relaxed)) ?? .starting,
      files: files.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed),
      totalFiles: totalFiles.load(ordering: .relaxed),
      totalBytes: totalBytes.load(ordering: .relaxed))
  }
}

import MCPServer
import Platform
import Replica

/// Makes of what a meter shows the ever rising number that the protocol asks for.
///
/// A phase counts one, and a part of a phase its part. A run that plans again begins with the first
/// phase again, so that nobody can say how many there will be, and no total is told.
final class MeterProgress: Sendable {
  private struct State {
    var finishedPasses = 0.0
    var last: ProgressMeter.Phase?
    var told = -1.0
  }

  private static let phases = 7.0

  private let report: @Sendable (Progress) -> Void
  private let state = Locked(State())

  init(_ report: @escaping @Sendable (Progress) -> Void) {
    self.report = report
  }

  /// Takes what the meter shows; what is no progress is not told.
  func take(_ reading: ProgressMeter.Reading) {
    let done = state.withLock { state -> Double? in
      if let last = state.last, reading.phase.rawValue < last.rawValue {
        state.finishedPasses += MeterProgress.phases
      }
      state.last = reading.phase
      let done = state.finishedPasses + Double(reading.phase.rawValue) + reading.part
      guard done > state.told else { return nil }
      state.told = done
      return done
    }
    if let done { report(Progress(done: done, message: reading.words)) }
  }
}

extension ProgressMeter.Reading {
  /// How much of the phase is done, below 1; 0 where that is not known.
  fileprivate var part: Double {
    let (done, total) = totalBytes > 0 ? (bytes, totalBytes) : (files, totalFiles)
    return total > 0 ? min(Double(done) / Double(total), 0.99) : 0
  }
}

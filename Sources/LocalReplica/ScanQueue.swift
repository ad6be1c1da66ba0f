import Platform

/// A folder that waits to be looked at.
struct FolderTask<Rules: ScanRules>: Sendable {
  /// The folder that holds it, or nothing for the root.
  var parent: (any Directory)?
  /// Its name as the file system has it.
  var name: [UInt8]
  /// The rules as they hold in the folder above.
  var rules: Rules
  /// Where the result goes.
  var result: FolderScan
  /// A row of the cache that none of the folder's comes before.
  var firstRow: Int
}

/// The folders that wait, shared by the threads of one scan.
///
/// The last that was found is taken first, so that few folders are held open at a time.
final class ScanQueue<Rules: ScanRules>: Sendable {
  private struct State: Sendable {
    var waiting: [FolderTask<Rules>]
    var active = 0
    var hasFailed = false
  }

  private let state: Monitor<State>

  init(_ first: FolderTask<Rules>) {
    state = Monitor(State(waiting: [first]))
  }

  /// Takes a folder, after waiting for one if others may still find some; nothing at the end.
  func take() -> FolderTask<Rules>? {
    state.wait { state -> FolderTask<Rules>?? in
      if state.hasFailed { return .some(nil) }
      if let task = state.waiting.popLast() {
        state.active += 1
        return .some(task)
      }
      return state.active == 0 ? .some(nil) : nil
    }
  }

  /// Reports a folder as done, and what was found below it.
  func finish(found: [FolderTask<Rules>]) {
    state.update { state in
      state.active -= 1
      state.waiting.append(contentsOf: found.reversed())
    }
  }

  /// Ends the scan of all threads.
  func fail() {
    state.update { $0.hasFailed = true }
  }
}

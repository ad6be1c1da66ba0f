import JSON
import SyncModel
import TestSupport
import Testing

/// A run that a user started.
struct FaultRun {
  let clone: Clone
  let words: [String]
  /// What the clone held when it was started.
  let before: TreeListing
  let process: ChildProcess

  /// Waits for the end and expects a documented one; nothing where it was killed.
  ///
  /// Every code but that of a bug, of a usage error and of a brake: brakes are lifted.
  func finish(seconds: Int = 120) throws -> CommandResult? {
    let outcome = process.wait(seconds: seconds)
    let result = CommandResult(arguments: words, outcome: outcome)
    if outcome.exitCode == 128 + 9, !outcome.timedOut { return nil }
    result.expect(0, 3, 4, 7).expectHarmless(token: clone.person.token)
    try result.expectHonest()
    return result
  }

  /// Expects what was said to be done to be done, by what the hub and the folder have now.
  ///
  /// For runs during which nobody edited this folder.
  func expectTrue(_ result: CommandResult, _ history: FaultHistory) throws {
    let document = try result.document()
    let run = document["run"]?["schema"] == nil ? document : document["run"] ?? document
    let after = try clone.tree()
    func list(_ name: String) -> [String] {
      (run[name]?.arrayValue ?? []).compactMap(\.stringValue)
    }
    for path in list("pushed") {
      let mark = Mark(before[TreePath(path)]) ?? Mark(after[TreePath(path)])
      #expect(history.had(mark, at: path), "not pushed: \(path): \(result.words)")
    }
    for path in list("pulled") {
      // A run may look twice, and find the second time that it is gone again.
      guard let mark = Mark(after[TreePath(path)]) else {
        #expect(list("deleted_local").contains(path), "not pulled: \(path): \(result.words)")
        continue
      }
      #expect(history.had(mark, at: path), "not pulled: \(path): \(result.words)")
    }
    for path in list("deleted_remote") {
      #expect(history.had(nil, at: path), "not deleted there: \(path): \(result.words)")
    }
    for path in list("deleted_local") where !list("pulled").contains(path) {
      #expect(after[TreePath(path)] == nil, "not deleted here: \(path): \(result.words)")
    }
  }
}

extension CommandResult {
  /// Expects the code to agree with the document, and with its lists.
  func expectHonest(sourceLocation location: SourceLocation = #_sourceLocation) throws {
    let document = try document(sourceLocation: location)
    guard document["schema"]?.stringValue == "syncline/run/1" else {
      let isError = document["schema"]?.stringValue == "syncline/error/1"
      #expect(isError == (exitCode > 1), "\(words)", sourceLocation: location)
      return
    }
    func isEmpty(_ list: String) -> Bool { document[list]?.arrayValue?.isEmpty ?? true }
    var code: Int32 = 0
    if document["dry_run"]?.boolValue != true {
      if !isEmpty("conflicts") || !isEmpty("not_undone") { code = 3 }
      if !isEmpty("failed") || !isEmpty("blocked") { code = 4 }
    }
    if !isEmpty("brakes") { code = 5 }
    #expect(exitCode == code, "I9: \(words)", sourceLocation: location)
  }
}

import SyncCore
import SyncModel

/// The answers of one run, kept while their conflict stays what it was.
struct GivenAnswers {
  private var answers: [SyncPath: (local: Node?, remote: Node?, resolution: Resolution)] = [:]
  private var marked: Set<SyncPath> = []
  /// True when the run goes on although the git branch is another one.
  private(set) var isBranchAllowed = false

  mutating func record(_ resolution: Resolution, for item: Item) {
    answers[item.path] = (item.node(.local), item.node(.remote), resolution)
  }

  /// Remembers that the run goes on although the git branch is another one.
  mutating func allowBranch() { isBranchAllowed = true }

  /// Leaves conflicts as they are for the rest of the run: their files show markers now.
  mutating func leave(_ paths: [SyncPath]) { marked.formUnion(paths) }

  /// The answers that still fit what the sides show.
  func fitting(_ items: [Item]) -> [SyncPath: Resolution] {
    var found: [SyncPath: Resolution] = [:]
    for item in items {
      if marked.contains(item.path) {
        found[item.path] = Resolution(.skip, by: .user)
        continue
      }
      guard let answer = answers[item.path], answer.local == item.node(.local),
        answer.remote == item.node(.remote)
      else { continue }
      found[item.path] = answer.resolution
    }
    return found
  }
}

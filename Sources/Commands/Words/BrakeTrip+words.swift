import CommandLineKit
import SyncCore
import SyncModel

extension BrakeTrip {
  /// What stopped the run, for people.
  var words: String {
    switch self {
    case .identity(let expected, let found):
      "this folder belongs to another project: it was bound to \(expected), and \(found) answers"
    case .emptied(let side, let count):
      "the \(side.rawValue) side has become empty, while \(Plural.text(count, "file")) were in sync"
    case .deletions(let side, let count, let limit, let base, let before):
      "\(Plural.text(count, "file")) would be deleted on the \(side.rawValue) side"
        + (before > 0 ? ", after \(before) by earlier calls" : "")
        + ", and \(Plural.text(base, "file")) were in sync; more than \(limit) need your word"
    case .massChange(let side, let count):
      "all \(count) files changed on the \(side.rawValue) side at once, as a change of line "
        + "endings or an encryption does"
    case .incompleteListing(let side, let withheld):
      "the \(side.rawValue) side was not seen whole; "
        + "\(Plural.text(withheld, "deletion")) are not believed"
    case .rewound:
      "the server's history was rewound: it is not the one that was seen before, "
        + "as after a restored backup"
    case .disk(let needed, let available):
      "\(ByteSize.text(needed)) are needed on this disk, and \(ByteSize.text(available)) are free"
    case .clockSkew(let nanoseconds):
      "the clocks of the two sides are \(abs(nanoseconds) / 1_000_000_000) seconds apart, "
        + "so 'newest' cannot be trusted"
    case .sharedState: "two folders share one .syncline folder"
    case .branch(let before, let after, let changed):
      "the git branch is '\(after ?? "none")', it was '\(before ?? "none")' at the last run, and "
        + "\(Plural.text(changed, "file")) differ from what that run left"
    }
  }

  /// What to do about it.
  var hint: String {
    switch self {
    case .identity: "check the address; if the project was really replaced: syncline target relink"
    case .emptied: "if that is meant: --allow-empty"
    case .deletions(_, let count, _, _, _): "if that is meant: --allow-deletes \(count)"
    case .massChange: "look with 'syncline diff'; if that is meant: --allow-mass-change"
    case .incompleteListing: "run again when everything can be read"
    case .rewound: "ask who restored the server; then: syncline rebase"
    case .disk: "make room, and run again"
    case .clockSkew: "set the clocks, or choose another policy than 'newest'"
    case .sharedState: "give each folder a .syncline of its own"
    case .branch: "switch back, or if that is meant: --allow-branch"
    }
  }
}

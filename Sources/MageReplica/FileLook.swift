import SyncModel

/// What stands at a path, looked at until it was certain.
enum FileLook {
  /// Nothing does.
  case missing
  /// A text, with what the server said about the file when it was read.
  case text([UInt8], MageReading.Text)
  /// A file whose bytes the server does not hand out: no UTF-8, or mixed line ends.
  case notText(MageReading.Text)
  /// A file that was another one at every look.
  case restless
  /// A file that the server lists and does not hand out, such as one behind a link that leads out
  /// of the project.
  case refused(MageRefusal)
}

extension FileLook {
  /// Whether nothing stands there, for certain.
  var isMissing: Bool {
    if case .missing = self { true } else { false }
  }

  /// Why nothing may be concluded at the path; nothing where the look was certain.
  var block: BlockReason? {
    switch self {
    case .missing, .text: nil
    case .notText: .contentNotCarried
    case .restless: .changedWhileReading
    case .refused(let refusal): refusal.reason
    }
  }
}

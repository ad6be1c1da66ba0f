package import IgnoreRules
package import SyncModel

/// What the rules of a project say about one name.
package enum ScanVerdict: Hashable, Sendable {
  /// It is synced; a folder is entered.
  case included
  /// It is not synced, and nothing below it is.
  case ignored
}

/// The rules that decide what a scan leaves out, as seen from one folder.
///
/// A value: entering a folder makes the rules of that folder and leaves these as they are.
package protocol ScanRules: Sendable {
  /// Equal for equal rules: what was decided under them in a folder still holds there.
  ///
  /// It covers the rules that were given and the rule files on the way down to this folder.
  var mark: Digest { get }

  /// The names of files in a folder that hold more rules for what lies below it.
  var ruleFileNames: [String] { get }

  /// The rules as they hold inside a folder of this one.
  ///
  /// The contents of the folder's own rule files are given by name, in the order of
  /// ``ruleFileNames``, as far as there are any. No name means the root.
  func entering(
    folder name: UnsafeBufferPointer<UInt8>?, ruleFiles: [RuleFile]
  ) -> Self

  /// What the rules say about a name in this folder; the bytes may not be UTF-8.
  func verdict(of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool) -> ScanVerdict

  /// Why a name in this folder is left out, where the rules say so.
  func reason(of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool) -> SkipReason?
}

/// Rules that leave nothing out.
package struct NoRules: ScanRules {
  /// Makes the rules.
  package init() {}

  package var mark: Digest { Digest(words: (0, 0, 0, 0)) }

  package var ruleFileNames: [String] { [] }

  package func entering(
    folder name: UnsafeBufferPointer<UInt8>?, ruleFiles: [RuleFile]
  ) -> NoRules {
    self
  }

  package func verdict(
    of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool
  ) -> ScanVerdict {
    .included
  }

  package func reason(
    of name: UnsafeBufferPointer<UInt8>, isDirectory: Bool
  ) -> SkipReason? {
    nil
  }
}

/// The difference of two texts as hunks of lines.
package struct UnifiedDiff: Sendable, Equatable {
  /// One line of a hunk.
  package struct Line: Sendable, Equatable {
    /// Which side a line is on.
    package enum Origin: UInt8, Sendable {
      /// On both sides.
      case context = 0x20
      /// On the old side only.
      case deletion = 0x2D
      /// On the new side only.
      case insertion = 0x2B
    }

    package let origin: Origin
    /// The line with its line feed, where it has one.
    package let bytes: [UInt8]
    /// The line's number on the old side, from 1, or nil.
    package let oldNumber: Int?
    /// The line's number on the new side, from 1, or nil.
    package let newNumber: Int?

    /// Whether the line is the last one and does not end in a line feed.
    package var lacksLineFeed: Bool { bytes.last != 0x0A }
  }

  /// A run of lines close to each other.
  package struct Hunk: Sendable, Equatable {
    /// The first line on the old side, from 1; the line before it where there is none.
    package let oldStart: Int
    package let oldCount: Int
    /// The first line on the new side, from 1; the line before it where there is none.
    package let newStart: Int
    package let newCount: Int
    package let lines: [Line]
  }

  /// What the patch calls the old side; nil is `/dev/null`, for a file that was not there.
  package let oldName: String?
  /// What the patch calls the new side; nil is `/dev/null`, for a file that is gone.
  package let newName: String?
  /// The hunks in order; none where the texts are equal.
  package let hunks: [Hunk]

  /// The number of lines that only the new side has.
  package var insertions: Int { count(.insertion) }

  /// The number of lines that only the old side has.
  package var deletions: Int { count(.deletion) }

  private func count(_ origin: Line.Origin) -> Int {
    hunks.reduce(0) { $0 + $1.lines.count { $0.origin == origin } }
  }
}

package import SyncModel

/// A safety rule that stopped a plan, with what it counted.
///
/// The plan finds those that follow from the trees; the engine adds identity, disk and folders.
package enum BrakeTrip: Hashable, Sendable {
  /// 1: the folder and the target do not know each other.
  case identity(expected: String, found: String)
  /// 2: a side is empty while the base is not.
  case emptied(side: Side, baseCount: Int)
  /// 3: too many deletions on one side, renames not counted; `before` were done by earlier runs
  /// that count with this one.
  case deletions(side: Side, count: Int, limit: Int, baseCount: Int, before: Int = 0)
  /// 4: every base file changed on one side.
  case massChange(side: Side, count: Int)
  /// 5: a side was not seen whole; so many deletions are withheld.
  ///
  /// A notice: it stops no run.
  case incompleteListing(side: Side, withheld: Int)
  /// 7: the remote's history was rewound.
  case rewound
  /// 8: what is to be staged does not fit, in bytes.
  case disk(needed: UInt64, available: UInt64)
  /// 9: `newest` cannot be trusted, because the clocks are so many nanoseconds apart.
  case clockSkew(nanoseconds: Int64)
  /// 10: two folders share one state folder.
  case sharedState
  /// 11: the git branch is another than at the last run, and so many base files differ.
  case branch(before: String?, after: String?, changed: Int)

  /// The number under which the rules list it.
  package var number: Int {
    switch self {
    case .identity: 1
    case .emptied: 2
    case .deletions: 3
    case .massChange: 4
    case .incompleteListing: 5
    case .rewound: 7
    case .disk: 8
    case .clockSkew: 9
    case .sharedState: 10
    case .branch: 11
    }
  }

  /// A stable word for scripts.
  package var code: String {
    switch self {
    case .identity: "identity"
    case .emptied: "emptied"
    case .deletions: "deletions"
    case .massChange: "mass_change"
    case .incompleteListing: "incomplete_listing"
    case .rewound: "rewound"
    case .disk: "disk"
    case .clockSkew: "clock_skew"
    case .sharedState: "shared_state"
    case .branch: "branch"
    }
  }
}

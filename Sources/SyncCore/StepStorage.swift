import SyncModel

/// What a step holds.
///
/// Nearly every step writes one side only, and leaves the base with what it writes: room for one
/// change is all that those take.
///
/// `@unchecked Sendable` is safe because it is changed only by a step that holds it alone.
final class StepStorage: @unchecked Sendable {
  /// What few steps have.
  final class Rare: Sendable {
    let second: PathChange?
    let base: BaseEffect
    let resolution: Resolution?
    let source: ContentPlace?

    init(_ parts: Parts) {
      (second, base) = (parts.second, parts.base)
      (resolution, source) = (parts.resolution, parts.source)
    }
  }

  /// The same, as values to be changed.
  struct Parts {
    var second: PathChange?
    var base = BaseEffect.keep
    var resolution: Resolution?
    var source: ContentPlace?
  }

  /// What becomes of the base row.
  private enum BaseForm: UInt8 {
    case keep, drop
    /// It is what the first change leaves.
    case first
    /// It is said elsewhere.
    case rare
  }

  let path: SyncPath
  private var first: PathChange?
  private(set) var knownRare: Rare?
  var group: Int32 = -1
  let kind: StepKind
  private var side: Side
  private var base: BaseForm

  init(
    path: SyncPath, kind: StepKind, local: PathChange?, remote: PathChange?, baseAfter: BaseEffect
  ) {
    self.path = path
    self.kind = kind
    side = local == nil ? .remote : .local
    first = local ?? remote
    switch baseAfter {
    case .keep: base = .keep
    case .drop: base = .drop
    case .set(let node): base = first?.node.after == node ? .first : .rare
    }
    if base == .rare { rare.base = baseAfter }
    if local != nil, remote != nil { rare.second = remote }
  }

  init(_ other: StepStorage) {
    (path, kind, group) = (other.path, other.kind, other.group)
    (first, side, base, knownRare) = (other.first, other.side, other.base, other.knownRare)
  }

  var rare: Parts {
    get {
      guard let known = knownRare else { return Parts() }
      return Parts(
        second: known.second, base: known.base, resolution: known.resolution,
        source: known.source)
    }
    set { knownRare = Rare(newValue) }
  }

  /// What is written to a side.
  func change(_ side: Side) -> PathChange? {
    side == self.side ? first : knownRare?.second
  }

  /// Tells whether a side is written.
  func writes(_ side: Side) -> Bool {
    side == self.side ? first != nil : knownRare?.second != nil
  }

  /// What becomes of the base row.
  var baseAfter: BaseEffect {
    switch base {
    case .keep: .keep
    case .drop: .drop
    case .first: first?.node.after.map { .set($0) } ?? .drop
    case .rare: knownRare?.base ?? .keep
    }
  }

  /// Puts another change of a side in the place of what was there.
  func set(_ change: PathChange?, _ side: Side) {
    if base == .first, change?.node.after != first?.node.after || side != self.side {
      rare.base = baseAfter
      base = .rare
    }
    if side == self.side { first = change } else { rare.second = change }
  }
}

/// What kind of file system a simulated disk has.
package struct DiskTraits: Hashable, Sendable {
  /// Which names the file system takes for one.
  package enum Folding: String, Hashable, Sendable, CaseIterable {
    case exact, letterCase, normalization
  }

  /// How it tells names apart.
  package var folding: Folding
  /// The step of its file times, in nanoseconds.
  package var clockStep: Int64
  /// Whether it can exchange two names at one instant.
  package var exchanges: Bool
  /// Whether a file can have two names.
  package var links: Bool

  /// Describes a file system.
  package init(
    folding: Folding = .exact, clockStep: Int64 = 1, exchanges: Bool = true, links: Bool = true
  ) {
    self.folding = folding
    self.clockStep = clockStep
    self.exchanges = exchanges
    self.links = links
  }

  /// The key under which a name is found.
  func key(of name: some Collection<UInt8>) -> [UInt8] {
    switch folding {
    case .exact: return Array(name)
    case .letterCase: return name.map { (65...90).contains($0) ? $0 + 32 : $0 }
    case .normalization:
      // The only accented letter that occurs here: an "e" with a combining acute.
      var key: [UInt8] = []
      for byte in name {
        key.append(byte)
        if key.suffix(3) == [0x65, 0xCC, 0x81] {
          key.removeLast(3)
          key += [0xC3, 0xA9]
        }
      }
      return key
    }
  }
}

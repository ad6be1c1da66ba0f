import CSystem

/// How many descriptors (files, connections) the process may hold at once.
package enum DescriptorLimit {
  /// Raises the limit to so many, as far as the system lets it; returns what it is then.
  ///
  /// Many systems begin with 1024, which a server with a thousand connections needs for its files.
  @discardableResult
  package static func raise(to wanted: Int) -> Int {
    Int(clamping: cs_raise_descriptor_limit(UInt64(max(wanted, 0))))
  }
}

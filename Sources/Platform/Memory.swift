import CSystem

/// The memory of the process.
package enum Memory {
  /// Makes the allocator give large pieces back to the system as soon as they are freed.
  ///
  /// glibc by itself raises the size from which it does so to 32 MiB as a program runs, and keeps
  /// eight arenas for each core; of the peak of a first push of 100,000 files that was a quarter.
  /// To be called once, before the first other thread.
  package static func spare() {
    cs_spare_memory()
  }

  /// Makes an empty list with room for so many elements, in large pages where the system has them.
  ///
  /// A list of 12 MB takes 3,000 page faults to fill otherwise, which on a virtual machine is
  /// longer than what is written into it.
  package static func list<Element>(of type: Element.Type, capacity: Int) -> [Element] {
    var list: [Element] = []
    list.reserveCapacity(capacity)
    let bytes = capacity * MemoryLayout<Element>.stride
    guard bytes >= 4 << 20 else { return list }
    list.withUnsafeMutableBufferPointer { cs_use_large_pages($0.baseAddress, bytes) }
    return list
  }
}

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
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Sleeper {
  /// Sleeps on the calling thread, looking up every twentieth of a second.
  package static let system = Sleeper { nanoseconds, isCancelled in
    var left = nanoseconds
    while left > 0, !isCancelled() {
      let slice = min(left, 50_000_000)
      var time = timespec()
      time.tv_sec = 0
      time.tv_nsec = Int(slice)
      nanosleep(&time, nil)
      left -= slice
    }
  }
}

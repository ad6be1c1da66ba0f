import Platform
import TestSupport
import Testing

/// A call to the kernel that comes to nothing.
struct CallFault: CustomTestStringConvertible, Sendable {
  /// The names that the call has; what the libraries were built with decides which one is made.
  let names: [String]
  /// What it comes to, as the tracer takes it.
  let result: String
  /// Whether it goes on until the end of the program, as on a disk that has died.
  let isLasting: Bool

  init(_ names: [String], _ result: String, isLasting: Bool = false) {
    self.names = names
    self.result = result
    self.isLasting = isLasting
  }

  var testDescription: String {
    "\(names.joined(separator: " or ")): \(result)\(isLasting ? " from then on" : "")"
  }

  /// The words that let the Nth call of a name come to this, on every thread that gets so far.
  func injection(into name: String, at number: Int) -> [String] {
    [
      "-e", "trace=\(name)", "-e",
      "inject=\(name):\(result):when=\(number)\(isLasting ? "+" : "")",
    ]
  }

  /// Every call by which files are looked at and changed, with what may become of it.
  ///
  /// Not here is what no kernel does: to say that something is done that is not, but for a read that
  /// meets the end of a file too early, as where another program has just cut it.
  static let all: [CallFault] =
    rows(["openat"], ["EIO", "EACCES", "EMFILE", "ENOSPC", "EINTR"])
    + rows(["read"], ["EIO", "EINTR"]) + [CallFault(["read"], "retval=0")]
    + rows(["pread64"], ["EIO"])
    + rows(["write"], ["EIO", "ENOSPC", "EINTR"]) + rows(["pwrite64"], ["EIO", "ENOSPC"])
    + rows(["fsync"], ["EIO", "ENOSPC"]) + rows(["fdatasync"], ["EIO"])
    + rows(["syncfs"], ["EIO"])
    + rows(["renameat2"], ["EIO", "ENOSPC", "EACCES"])
    + rows(["linkat", "link"], ["EIO", "ENOSPC"]) + rows(["symlinkat"], ["EIO", "ENOSPC"])
    + rows(["unlinkat"], ["EIO", "EACCES"]) + rows(["unlink"], ["EIO"])
    + rows(["newfstatat", "statx"], ["EIO", "EACCES"]) + rows(["fstat"], ["EIO"])
    + rows(["mkdirat"], ["EIO", "ENOSPC", "EACCES"])
    + rows(["getdents64"], ["EIO"]) + rows(["ftruncate"], ["EIO"]) + rows(["fchmod"], ["EIO"])
    + ["openat", "write", "pwrite64", "fsync", "renameat2", "newfstatat"].flatMap { name in
      [
        CallFault([name], "error=EIO", isLasting: true),
        CallFault([name], "error=ENOSPC", isLasting: true),
      ]
    }

  private static func rows(_ names: [String], _ errors: [String]) -> [CallFault] {
    errors.map { CallFault(names, "error=" + $0) }
  }
}

/// How often a program makes each call when nothing disturbs it, on the thread that does most.
struct CallCounts {
  private(set) var most: [String: Int] = [:]

  /// Reads a trace, with a thread before each call.
  init(trace: String) {
    var counts: [String: [Substring: Int]] = [:]
    for line in trace.split(separator: "\n") {
      let thread = line.prefix { $0 != " " }
      let rest = line.drop { $0 != " " }.drop { $0 == " " }
      let name = rest.prefix { $0 != "(" }
      // What goes on after another thread's call was counted at its beginning.
      guard rest.first?.isLowercase == true, name.count < rest.count else { continue }
      counts[String(name), default: [:]][thread, default: 0] += 1
    }
    most = counts.mapValues { $0.values.max() ?? 0 }
  }

  /// Moments of a call at which it may fail: one by chance in each equal part of all.
  func moments(of name: String, _ count: Int, _ random: inout SeededGenerator) -> [Int] {
    let length = most[name] ?? 0
    let parts = min(count, length)
    return (0..<parts).map { part in
      let (start, end) = (length * part / parts, length * (part + 1) / parts)
      return 1 + start + Int(random.next() % UInt64(max(1, end - start)))
    }
  }
}

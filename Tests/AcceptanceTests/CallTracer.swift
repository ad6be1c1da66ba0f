import Platform
import TestSupport
import Testing

/// The system call tracer, which can end a program at a chosen call.
enum CallTracer {
  /// Whether it is installed and allowed to work.
  static let isThere: Bool = {
    do {
      return try ChildProcess.run("strace", ["-qq", "-e", "trace=none", "true"]).exitCode == 0
    } catch {
      return false
    }
  }()

  /// The words that run a program and record its calls of some kinds.
  static func recording(_ calls: [String], to file: String) -> [String] {
    ["strace", "-f", "-qq", "-o", file, "-e", "trace=" + calls.joined(separator: ",")]
  }

  /// The words that run a program and kill it when it comes to a call for the Nth time.
  static func killing(at call: String, _ number: Int) -> [String] {
    [
      "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
      "inject=\(call):signal=KILL:when=\(number)",
    ]
  }

  /// The words that run a program under orders of the tracer's own.
  static func running(_ orders: [String], to file: String) -> [String] {
    ["strace", "-f", "-qq", "-o", file] + orders
  }

  /// The orders that leave all calls alone but those on a folder, and on what it holds now.
  ///
  /// So the system's own calls, by which it loads a program, are spared; and pipes and sockets are.
  static func only(below path: String) throws -> [String] {
    let found = try ChildProcess.run("find", [path, "-type", "d", "-o", "-type", "f"])
    try #require(found.exitCode == 0)
    return found.outputText.split(separator: "\n").flatMap { ["-P", String($0)] }
  }

  /// Traces a program that runs already, under orders, until the tracer ends.
  static func attach(
    to process: Int32, _ orders: [String], recordingTo file: String
  ) throws -> ChildProcess {
    // Its words that it is there go to standard error, on which nobody can wait.
    let words = ["strace", "-f", "-o", file, "-p", "\(process)"] + orders
    let tracer = try ChildProcess("/bin/sh", ["-c", "exec \"$@\" 2>&1", "sh"] + words)
    try #require(tracer.shows("attached", seconds: 10))
    return tracer
  }
}

import Platform
import Testing
import TestSupport

/// Clients that are killed at the Nth call of one kind to the kernel, for every N.
@Suite(.serialized, .enabled(if: CallTracer.isThere, "strace is not installed"))
struct KillCallTests {
  /// A kind of call, and which of them are hit.
  struct Call: CustomTestStringConvertible {
    let name: String
    let verb: KillVerb
    /// Every which one; of the renames each, because each is a change that people see.
    var stride = 1

    var testDescription: String { "\(name) in \(verb)" }
  }

  private static let calls = [
    Call(name: "renameat2", verb: .pull), Call(name: "renameat2", verb: .clone, stride: 3),
    Call(name: "unlinkat", verb: .pull, stride: 2), Call(name: "symlinkat", verb: .pull),
    Call(name: "fchmod", verb: .pull), Call(name: "syncfs", verb: .pull),
    Call(name: "mkdirat", verb: .pull, stride: 3), Call(name: "pwrite64", verb: .pull, stride: 5),
    Call(name: "fdatasync", verb: .pull, stride: 2),
    Call(name: "fdatasync", verb: .push, stride: 2),
    Call(name: "pwrite64", verb: .push, stride: 5), Call(name: "renameat2", verb: .sync, stride: 4),
    Call(name: "fsync", verb: .clone), Call(name: "openat", verb: .clone, stride: 25),
  ]

  @Test(arguments: calls)
  func `a client killed at any call of a kind is carried on by the next run`(
    _ call: Call
  ) throws {
    let stage = try KillStage(call.verb, isSmall: true)
    // Few rounds are wished: every call of a kind is still reached, in longer strides.
    let stride = call.stride * max(1, 60 / KillRounds.clients)
    var number = 1
    var killed = 0
    while number < 2000 {
      try stage.reset()
      let process = try stage.start(through: CallTracer.killing(at: call.name, number))
      let outcome = process.wait(seconds: 120)
      #expect(!outcome.timedOut)
      if outcome.exitCode == 0 { break }
      try #require(outcome.exitCode == 128 + 9, "\(outcome.exitCode): \(outcome.errorText)")
      killed += 1
      _ = try stage.finish()
      try stage.expectSettled()
      number += stride
    }
    print("kill: at \(call.name) in \(call.verb): \(killed) rounds, every \(stride). call")
  }
}

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

  /// The words that run a program and kill it when it comes to a call for the Nth time.
  static func killing(at call: String, _ number: Int) -> [String] {
    [
      "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
      "inject=\(call):signal=KILL:when=\(number)",
    ]
  }
}

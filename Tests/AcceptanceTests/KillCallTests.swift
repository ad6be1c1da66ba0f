import Platform
import Testing
import TestSupport

/// Clients that are killed at the Nth call of one kind to the kernel, for every N.
@Suite(.serialized, .enabled(if: CallTracer.isThere, "strace is not installed"))
struct KillCallTests {
  /// A kind of call, and which of them are hit.
  struct Call: CustomTestStringConvertible {
    /// The names that the kind has; what the libraries were built with decides which one is used.
    let names: [String]
    let verb: KillVerb
    /// Every which one; of the renames each, because each is a change that people see.
    let stride: Int

    init(_ names: String..., verb: KillVerb, stride: Int = 1) {
      self.names = names
      self.verb = verb
      self.stride = stride
    }

    var testDescription: String { "\(names.joined(separator: " or ")) in \(verb)" }
  }

  private static let calls = [
    Call("renameat2", verb: .pull), Call("renameat2", verb: .clone, stride: 3),
    Call("unlinkat", verb: .pull, stride: 2), Call("symlinkat", verb: .pull),
    Call("fchmod", verb: .pull), Call("syncfs", verb: .pull),
    Call("mkdirat", verb: .pull, stride: 3), Call("pwrite64", verb: .pull, stride: 5),
    Call("fdatasync", "fsync", verb: .pull, stride: 2),
    Call("fdatasync", "fsync", verb: .push, stride: 2),
    Call("pwrite64", verb: .push, stride: 5), Call("renameat2", verb: .sync, stride: 4),
    Call("fsync", verb: .clone), Call("openat", verb: .clone, stride: 25),
  ]

  @Test(arguments: calls)
  func `a client killed at any call of a kind is carried on by the next run`(
    _ call: Call
  ) throws {
    let stage = try KillStage(call.verb, isSmall: true)
    let made = try stage.calls(of: call.names)
    let name = try #require(
      call.names.first { made.contains($0) }, "no such call is made: \(call.testDescription)")
    // Few rounds are wished: every call of a kind is still reached, in longer strides.
    let stride = call.stride * max(1, 60 / KillRounds.clients)
    var number = 1
    var killed = 0
    while number < 2000 {
      try stage.reset()
      let process = try stage.start(through: CallTracer.killing(at: name, number))
      let outcome = process.wait(seconds: 120)
      #expect(!outcome.timedOut)
      if outcome.exitCode == 0 { break }
      try #require(outcome.exitCode == 128 + 9, "\(outcome.exitCode): \(outcome.errorText)")
      killed += 1
      _ = try stage.finish()
      try stage.expectSettled()
      number += stride
    }
    print("kill: at \(name) in \(call.verb): \(killed) rounds, every \(stride). call")
    #expect(killed > 0)
  }
}

extension KillStage {
  /// Runs the verb undisturbed and tells which of some calls it makes.
  fileprivate func calls(of names: [String]) throws -> Set<String> {
    let trace = stage.path + "/trace"
    try reset()
    let outcome = try start(through: CallTracer.recording(names, to: trace)).wait(seconds: 120)
    try #require(outcome.exitCode == 0, "\(outcome.errorText)")
    let text = String(decoding: try POSIXFileSystem().readFile(path: trace), as: UTF8.self)
    // PROCESS NAME(ARGUMENTS…
    return Set(
      text.split(separator: "\n").map { line in
        line.drop { $0 != " " }.drop { $0 == " " }.prefix { $0 != "(" }
      }.map(String.init).filter(names.contains))
  }
}

import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Programs whose calls to the kernel fail, each call in each way, at moments by chance.
@Suite(
  .serialized, .enabled(if: CallTracer.isThere, "strace is not installed"), .timeLimit(.minutes(60))
)
struct FaultCallTests {
  /// How many moments of each row are tried.
  private static var moments: Int { max(1, FaultRounds.count / 60) }
  /// The calls by which the system loads a program as well.
  private static let shared: Set = ["openat", "read", "pread64", "fstat", "newfstatat"]

  @Test func `a client whose calls fail says so, loses nothing, and the next run carries on`()
    throws
  {
    let stage = try KillStage(.sync, isSmall: true)
    var random = SeededGenerator(seed: FaultRounds.seed)
    let trace = stage.stage.path + "/trace"
    func run(_ orders: [String]) throws -> (FaultRun, ChildProcess.Outcome) {
      let run = FaultRun(
        clone: stage.clone, words: stage.arguments, before: stage.before,
        process: try stage.start(
          through: CallTracer.running(orders, to: trace), options: ["--json"]))
      return (run, run.process.wait(seconds: 120))
    }
    var counts: [Bool: CallCounts] = [:]
    for isShared in [false, true] {
      try stage.reset()
      let places = isShared ? try CallTracer.only(below: stage.clone.path) : []
      #expect(try run(["-e", "trace=all"] + places).1.exitCode == 0)
      counts[isShared] = CallCounts(trace: try FaultCallTests.text(trace))
    }
    try expectAll(stage, &random, trace, least: 30) { name in
      counts[FaultCallTests.shared.contains(name)]
    } run: { name, injection in
      let isShared = FaultCallTests.shared.contains(name)
      return try run(injection + (isShared ? try CallTracer.only(below: stage.clone.path) : []))
    }
  }

  @Test func `a hub whose calls fail says so, loses nothing, and serves on`() throws {
    let stage = try KillStage(.sync, isSmall: true)
    var random = SeededGenerator(seed: FaultRounds.seed &+ 1)
    let trace = stage.stage.path + "/trace"
    func run(_ orders: [String]) throws -> (FaultRun, ChildProcess.Outcome) {
      let tracer = try CallTracer.attach(
        to: stage.hub.process.id, orders + CallTracer.only(below: stage.hub.data),
        recordingTo: trace)
      let run = FaultRun(
        clone: stage.clone, words: stage.arguments, before: stage.before,
        process: try stage.start(options: ["--json"]))
      let outcome = run.process.wait(seconds: 120)
      tracer.kill(KillSignal.terminate)
      _ = tracer.wait(seconds: 10)
      if stage.hub.process.hasEnded {
        let code = stage.hub.process.wait().exitCode
        Issue.record(
          "\(orders): the hub ended with \(code): \(try stage.hub.logText().suffix(2000))")
        try stage.hub.restart()
      }
      return (run, outcome)
    }
    try stage.reset()
    #expect(try run(["-e", "trace=all"]).1.exitCode == 0)
    let counts = CallCounts(trace: try FaultCallTests.text(trace))
    try expectAll(stage, &random, trace, least: 10) { _ in
      counts
    } run: { _, injection in
      try run(injection)
    }
  }

  /// Tries every row of the table, and expects a documented end and a next run that carries on.
  private func expectAll(
    _ stage: KillStage, _ random: inout SeededGenerator, _ trace: String, least: Int,
    counts: (String) -> CallCounts?,
    run: (String, [String]) throws -> (FaultRun, ChildProcess.Outcome)
  ) throws {
    var tally = CallTally()
    for fault in CallFault.all {
      guard let name = fault.names.first(where: { (counts($0)?.most[$0] ?? 0) > 0 }) else {
        continue
      }
      for moment in counts(name)?.moments(of: name, FaultCallTests.moments, &random) ?? [] {
        try stage.reset()
        let (run, outcome) = try run(name, fault.injection(into: name, at: moment))
        let met = try FaultCallTests.text(trace).split(separator: "\n")
          .filter { $0.hasSuffix("(INJECTED)") }
        guard !met.isEmpty else { continue }
        tally.add(fault, outcome)
        let place = "seed \(FaultRounds.seed): \(fault.testDescription): \(met.prefix(3))"
        // Where the words themselves cannot be written, nobody can read them.
        let isMute = met.contains { $0.contains(" write(1, ") || $0.contains(" write(2, ") }
        if isMute {
          #expect([0, 4, 5, 7, 70].contains(outcome.exitCode), "\(place)")
        } else {
          try expectEnd(outcome, run, place, stage)
        }
        _ = try stage.finish()
        try stage.expectSettled()
      }
    }
    print("faults: calls: \(tally.text)")
    #expect(tally.kinds >= least, "\(tally.text)")
  }

  /// Expects a documented code, words about it, and nothing said that is not so.
  private func expectEnd(
    _ outcome: ChildProcess.Outcome, _ run: FaultRun, _ place: String, _ stage: KillStage
  ) throws {
    let result = CommandResult(arguments: run.words, outcome: outcome)
    #expect(!outcome.timedOut, "\(place): \(result.words)")
    result.expectHarmless(token: stage.person.token)
    guard let document = try? result.document() else {
      Issue.record("\(place): no document: \(result.words)")
      return
    }
    // A folder that may not be opened was named by mistake, as far as the program can know.
    let isUnopened = document["error"]?["code"]?.stringValue == "no_folder"
    let isOfTheFolder = place.contains("\(stage.clone.path)\\\"") && place.contains("EACCES")
    #expect(!isUnopened || isOfTheFolder, "\(place)")
    let codes: [Int32] = isUnopened ? [2] : [0, 4, 5, 7]
    #expect(codes.contains(outcome.exitCode), "\(place): \(result.words)")
    try result.expectHonest()
    if document["schema"]?.stringValue == "syncline/error/1" {
      #expect(result.errorText.contains("hint: "), "\(place): \(result.words)")
    }
    try run.expectTrue(result, try stage.history())
    if outcome.exitCode == 0 {
      expectSame(try TreeListing(stage.clone.path), stage.result)
    }
  }

  private static func text(_ file: String) throws -> String {
    String(decoding: try POSIXFileSystem().readFile(path: file), as: UTF8.self)
  }
}

extension KillStage {
  /// What the hub's history holds, as the teammate's clone asks for it.
  fileprivate func history() throws -> FaultHistory {
    let teammate = Clone(path: stage.path + "/a", person: person)
    return FaultHistory(try teammate.json("log").require(0).document())
  }
}

/// What came of calls that failed.
private struct CallTally {
  private var ends: [String: [Int32: Int]] = [:]

  mutating func add(_ fault: CallFault, _ outcome: ChildProcess.Outcome) {
    ends[fault.testDescription, default: [:]][outcome.exitCode, default: 0] += 1
  }

  /// How many kinds of faults were met.
  var kinds: Int { ends.count }

  /// All of it in words.
  var text: String {
    var codes: [Int32: Int] = [:]
    for end in ends.values { codes.merge(end) { $0 + $1 } }
    let words = codes.sorted { $0.key < $1.key }.map { "\($0.value) ended with \($0.key)" }
    return "\(kinds) kinds, \(codes.values.reduce(0, +)) runs; " + words.joined(separator: ", ")
  }
}

import CommandLineKit
import JSON

/// What `doctor` found out so far.
struct Checkup {
  /// How one check ended.
  enum Outcome: String {
    /// As it should be.
    case fine
    /// Worth to know; everything works.
    case warning
    /// Something does not work, or is not safe.
    case problem
  }

  /// One check with what it found.
  struct Finding {
    let check: String
    let outcome: Outcome
    let message: String
    let hint: String?
    let exit: ExitCode
  }

  private(set) var findings: [Finding] = []

  /// Records that something is as it should be.
  mutating func fine(_ check: String, _ message: String) {
    add(check, .fine, message, hint: nil, .success)
  }

  /// Records something that is worth to know, and what to do about it.
  mutating func warn(_ check: String, _ message: String, hint: String) {
    add(check, .warning, message, hint: hint, .success)
  }

  /// Records a problem, how to mend it, and how the program ends for it.
  mutating func fail(_ check: String, _ exit: ExitCode, _ message: String, hint: String?) {
    add(check, .problem, message, hint: hint, exit)
  }

  /// Runs a check; what it throws is a problem in the words that any verb would use.
  mutating func attempt<Value>(
    _ check: String, _ body: (inout Checkup) async throws -> Value
  ) async throws -> Value? {
    do { return try await body(&self) } catch {
      let failure = Explanation.explain(error)
      if failure.exit == .interrupted { throw error }
      fail(check, failure.exit, failure.message, hint: failure.hint)
      return nil
    }
  }

  private mutating func add(
    _ check: String, _ outcome: Outcome, _ message: String, hint: String?, _ exit: ExitCode
  ) {
    findings.append(
      Finding(check: check, outcome: outcome, message: message, hint: hint, exit: exit))
  }

  /// Says that nothing is remembered of a target, where it could be asked.
  mutating func neverSynced(_ check: String) {
    if hasProblem("state") {
      warn(
        check, "it cannot be compared: what was synced last could not be read",
        hint: "mend what stands in the way of the state first")
    } else {
      fine(check, "nothing was synced with this target yet")
    }
  }

  /// Whether a check found a problem.
  private func hasProblem(_ check: String) -> Bool {
    findings.contains { $0.check == check && $0.outcome == .problem }
  }

  /// How the program ends.
  var exitCode: ExitCode { ExitCode.strongest(findings.map(\.exit)) }

  private func count(_ outcome: Outcome) -> Int { findings.count { $0.outcome == outcome } }

  /// The findings for people.
  func text(_ color: ColorMode) -> String {
    var text = ""
    for finding in findings {
      let mark =
        switch finding.outcome {
        case .fine: Style.green.apply(to: "✓", color)
        case .warning: Style.yellow.apply(to: "!", color)
        case .problem: Style.red.apply(to: "✗", color)
        }
      text += "\(mark) \(finding.check): \(TerminalText.escaped(finding.message))\n"
      if let hint = finding.hint { text += "    \(TerminalText.escaped(hint))\n" }
    }
    switch (count(.problem), count(.warning)) {
    case (0, 0): text += "everything is fine\n"
    case (0, let warnings): text += Plural.text(warnings, "warning") + "\n"
    case (let problems, 0): text += Plural.text(problems, "problem") + "\n"
    case (let problems, let warnings):
      text += Plural.text(problems, "problem") + ", " + Plural.text(warnings, "warning") + "\n"
    }
    return text
  }

  /// The findings for scripts.
  var document: JSONValue {
    [
      "schema": "syncline/doctor/1", "healthy": .bool(count(.problem) == 0),
      "problems": .integer(Int64(count(.problem))), "warnings": .integer(Int64(count(.warning))),
      "checks": .array(
        findings.map { finding in
          [
            "check": .string(finding.check), "result": .string(finding.outcome.rawValue),
            "message": .string(finding.message),
            "hint": finding.hint.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }
}

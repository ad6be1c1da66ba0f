import CommandLineKit
import Engine
import JSON
import Platform
import Synchronization

/// The program: parses, dispatches, and turns what happens into an exit code.
package enum Program {
  /// The version that is printed and sent.
  package static let version = "0.1.0"

  /// Runs `syncline` in its real surroundings and ends the process.
  package static func main() -> Never {
    Memory.spare()
    Signals.ignoreBrokenPipes()
    let surroundings = ProcessSurroundings.current()
    let code = blocking(surroundings)
    ProcessSurroundings.exit(code.rawValue)
  }

  /// Runs the command on threads of our own, and waits; Ctrl-C cancels it.
  private static func blocking(_ surroundings: Surroundings) -> ExitCode {
    let result = Monitor<ExitCode?>(nil)
    let signalled = Atomic<Int>(0)
    let running = Locked<Task<Void, Never>?>(nil)
    do {
      // Before the first thread: threads inherit which signals are held back.
      try Signals.observe { ending in
        let count = signalled.wrappingAdd(1, ordering: .relaxed).newValue
        // The second one does not wait for anything to be tidied up; nothing needs it.
        if count > 1 { ProcessSurroundings.exit(ExitCode.interrupted.rawValue) }
        Interruption.shared.fire(ending)
        running.withLock { $0?.cancel() }
      }
    } catch {
      // Without the observer Ctrl-C ends the process at once, which a run survives.
    }
    let task = Task(executorPreference: BlockingPool.shared) {
      let code = await run(surroundings)
      result.update { $0 = code }
    }
    running.withLock { $0 = task }
    if signalled.load(ordering: .relaxed) > 0 { task.cancel() }
    return result.wait { $0 }
  }

  /// Parses and runs one command line.
  package static func run(_ surroundings: Surroundings) async -> ExitCode {
    let wantsJSON = Options.json.appears(in: surroundings.arguments)
    switch root(surroundings).parse(surroundings.arguments) {
    case .failure(let error):
      if error.command.contains(MageAgentTable.name) {
        return MageAgentFailure.end(error, surroundings)
      }
      let console = Console(surroundings, isJSON: wantsJSON)
      return end(
        CommandFailure(.usage, error.code, error.message, hint: error.hint), console)
    case .success(let invocation):
      return await run(invocation, surroundings)
    }
  }

  /// The commands of the program under the name that it was started by.
  static func root(_ surroundings: Surroundings) -> Command<Verb> {
    surroundings.isMageAgent ? MageAgentTable.root : CommandTable.root
  }

  private static func run(
    _ invocation: Invocation<Verb>, _ surroundings: Surroundings
  ) async -> ExitCode {
    var surroundings = surroundings
    if let folder = invocation.value(of: Options.directory) {
      surroundings.currentFolder = surroundings.absolute(folder)
    }
    let console = Console(invocation, surroundings)
    let context = CommandContext(
      invocation: invocation, surroundings: surroundings, console: console)
    do {
      switch invocation.action {
      case .help:
        let width = surroundings.output.terminalWidth ?? 80
        try console.text(root(surroundings).help(for: invocation.path, width: width) ?? "")
        return end(.success, console)
      case .version:
        try console.text("\(root(surroundings).name) \(version)\n")
        return end(.success, console)
      case .run(let verb):
        return end(try await context.perform(verb), console)
      }
    } catch is OutputEnded {
      return end(.success, console)
    } catch let error as EngineError {
      // A run that stopped half-way says what it did.
      if let report = error.report {
        try? RunWords(report: report, target: "", console: console).writeDone()
      }
      return end(Explanation.explain(error), console, run: error.report?.document)
    } catch {
      return end(Explanation.explain(error), console)
    }
  }

  /// Ends after a failure, which is told as far as anybody listens.
  private static func end(
    _ failure: CommandFailure, _ console: Console, run: JSONValue? = nil
  ) -> ExitCode {
    // What cannot be written is noted, never thrown; a failure stays one.
    try? console.report(failure, run: run)
    return failure.exit
  }

  /// Ends with the verb's own code, unless a result that was asked for could not be written.
  private static func end(_ code: ExitCode, _ console: Console) -> ExitCode {
    // A reader that went away has seen enough: as other tools do, end quietly.
    guard !console.trouble.isTold, let failure = console.trouble.failure else { return code }
    try? console.report(failure)
    return code == .success ? failure.exit : code
  }
}

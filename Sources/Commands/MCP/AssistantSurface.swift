import Engine
import SyncCore

/// What one of our programs is to assistants: its name and words, and how it finds projects.
///
/// `syncline` itself unless another program says otherwise.
struct AssistantSurface: Sendable {
  /// The name for programs.
  var name = "syncline"
  /// The name for people.
  var title = "Syncline"
  /// The folder that is meant where a client names none, below the first root; nothing where that
  /// is the root itself.
  var standardFolder: String?
  /// Puts what is a program's own into a command before it runs: where the project is, and what is
  /// set for it.
  var prepare: @Sendable (CommandContext) throws -> CommandContext = { $0 }
  /// Finds the root of the project that the current folder of a command belongs to.
  var locate: @Sendable (CommandContext) throws -> String = {
    try ProjectLocation.find($0.surroundings).path
  }
  /// Says what an error means to the program's users, by its own codes.
  var explain: @Sendable (any Error) -> (code: String, message: String, hint: String?) = {
    let failure = Explanation.explain($0)
    return (failure.code, failure.message, failure.hint)
  }
  /// The code for a run that a safety rule stopped.
  var stopped = "stopped"
  /// Says how a person lifts a brake with the program.
  var wayPast: @Sendable (BrakeTrip) -> String = { $0.hint }
  /// Says something that stops nothing, with ways on that the program has.
  var tell: @Sendable (Notice) -> String = { $0.words }
}

import SyncModel

/// Why a write is in doubt: it is looked at before anything else is done.
struct MageTrouble {
  /// The reason to give where the file shows that nothing was done.
  let reason: BlockReason
  /// Whether a folder in the file's place would explain it.
  let mayBeFolder: Bool

  /// Takes what a write threw; throws on what ends the whole batch.
  init(_ error: any Error) throws {
    switch error {
    case let refusal as MageRefusal:
      reason = refusal.reason
      mayBeFolder = refusal.isFailure && refusal.message.contains("Is a directory")
    case is MageSilence:
      // The look that follows finds out whether the server is back.
      reason = .refused(code: "no_answer")
      mayBeFolder = false
    default: throw error
    }
  }
}

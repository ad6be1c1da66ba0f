import HTTPClient
import IgnoreRules
import ProjectConfig

/// A project that another tool's configuration describes: there is no `syncline.yaml`.
struct GivenProject: Sendable {
  /// What the file would say.
  var configuration: ProjectConfiguration
  /// The kinds of files that take part.
  var kinds: FileKinds
  /// The token for the target's server.
  var token: String?
  /// The key for the target's server, where it is not the usual one.
  var apiKey: String?
  /// Whether the server may be reached without TLS on another machine.
  var allowsPlainHTTP = false
  /// Called with every session that is opened, before anything is looked at.
  var opened: (@Sendable (ProjectSession) async throws -> Void)?
  /// Called after every run; what goes wrong then is a remark, since the run itself is done.
  var ran: (@Sendable (ProjectSession) async -> Void)?

  /// Whether an origin is the target's, and may be shown the token.
  func isFor(_ origin: Origin) -> Bool {
    configuration.defaultTarget?.address.origin.flatMap { Origin(url: "\($0)") } == origin
  }
}

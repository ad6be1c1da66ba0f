/// Where the token for a request comes from.
package enum TokenSource: Sendable, Equatable {
  /// `SYNCLINE_TOKEN`.
  case environment(AccessToken)
  /// What `syncline login` kept for the origin.
  case stored(Credentials.Entry)
  /// There is none; the reason tells what to do.
  case none(Absence)

  /// Why there is no token.
  package enum Absence: String, Hashable, Sendable, CaseIterable {
    /// Nobody signed in to the origin, and the environment has no token.
    case notSignedIn = "not_signed_in"
    /// `SYNCLINE_TOKEN` is for another origin, which `SYNCLINE_ORIGIN` names.
    case environmentIsForAnotherOrigin = "environment_is_for_another_origin"
    /// `SYNCLINE_TOKEN` needs `SYNCLINE_ORIGIN`: the target is not on this machine.
    case environmentNeedsOrigin = "environment_needs_origin"
  }

  /// Why the environment cannot be used; nothing of its values is in here.
  package enum Problem: Error, Hashable, Sendable {
    /// `SYNCLINE_TOKEN` holds spaces or signs that no token has.
    case badToken
    /// `SYNCLINE_ORIGIN` is no origin.
    case badOrigin(AddressProblem)
  }

  /// The token, if there is one.
  package var token: AccessToken? {
    switch self {
    case .environment(let token): token
    case .stored(let entry): entry.token
    case .none: nil
    }
  }

  /// Decides which token goes to a target's origin.
  ///
  /// The environment's goes to the origin that `SYNCLINE_ORIGIN` names and no other; where none is
  /// named, to a target on this machine only. Else it is the one that was kept for the origin.
  /// Variables that are empty count as not set.
  package static func choose(
    environmentToken: String?, environmentOrigin: String?, stored: Credentials,
    for origin: ServerOrigin
  ) throws(Problem) -> TokenSource {
    let kept = stored[origin].map(TokenSource.stored)
    guard let environmentToken, !environmentToken.isEmpty else {
      return kept ?? .none(.notSignedIn)
    }
    guard let token = AccessToken(environmentToken) else { throw .badToken }
    guard let environmentOrigin, !environmentOrigin.isEmpty else {
      if origin.isLoopback { return .environment(token) }
      return kept ?? .none(.environmentNeedsOrigin)
    }
    let named: ServerOrigin
    do throws(AddressProblem) {
      named = try ServerOrigin(environmentOrigin)
    } catch {
      throw .badOrigin(error)
    }
    if named == origin { return .environment(token) }
    return kept ?? .none(.environmentIsForAnotherOrigin)
  }
}

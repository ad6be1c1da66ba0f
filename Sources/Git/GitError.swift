/// Why a merge or a difference was not made.
package struct GitError: Error, Equatable {
  /// The kinds of reasons.
  package enum Code: Sendable, Equatable {
    /// A side is not text, and lines mean nothing in it.
    case binary
    /// A side is larger than `Git.sizeLimit`.
    case tooLarge
    /// libgit2 failed, with its error number.
    case library(Int32)
  }

  package let code: Code

  init(_ code: Code) { self.code = code }
}

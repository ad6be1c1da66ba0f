/// Why a text is no address of a project or a server; none of the names says what the text holds.
package enum AddressProblem: String, Error, Hashable, Sendable, CaseIterable {
  /// There is nothing.
  case empty
  /// A space, a control character, a backslash, or a letter outside of ASCII.
  case badCharacter = "bad_character"
  /// The scheme is missing or none of ours.
  case unknownScheme = "unknown_scheme"
  /// A user name, a password or a token stands before the host: these belong to `syncline login`.
  case credentials
  /// There is a `?` with something behind it.
  case query
  /// There is a `#` with something behind it.
  case fragment
  /// There is no host.
  case missingHost = "missing_host"
  /// The host is no name and no address, or a number that could pass for another address.
  case badHost = "bad_host"
  /// The port is no number from 1 to 65535.
  case badPort = "bad_port"
  /// The path has an empty part, a `.`, a `..` or a malformed percent sign.
  case badPath = "bad_path"
  /// There is a path where none may be, or more of it than one name.
  case extraPath = "extra_path"
  /// The project's or the agent's name is missing.
  case missingName = "missing_name"
  /// The project's or the agent's name has other signs than letters, digits, `.`, `_` and `-`.
  case badName = "bad_name"
}

/// A command as a value: parsing, help, the man page and completions all read the same one.
///
/// The caller attaches to each command that can be run what it stands for: a case, or a handler.
package struct Command<Payload> {
  package let name: String
  /// What it does: imperative, one line, no period.
  package let abstract: String
  /// More about it, in paragraphs that an empty line parts.
  package let discussion: String
  /// The options; they are accepted anywhere behind the command's name, so also by subcommands.
  package let options: [Option]
  package let arguments: [Argument]
  package let subcommands: [Command<Payload>]
  /// Whether help and completions keep silent about it.
  package let isHidden: Bool
  /// What it stands for; `nil` for a group that cannot be run alone.
  package let payload: Payload?

  /// Creates a command that can be run.
  package init(
    _ name: String, _ abstract: String, discussion: String = "", options: [Option] = [],
    arguments: [Argument] = [], isHidden: Bool = false, payload: Payload
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.options = options
    self.arguments = arguments
    self.subcommands = []
    self.isHidden = isHidden
    self.payload = payload
  }

  /// Creates a group of commands; with a `payload` it can be run alone as well.
  package init(
    _ name: String, _ abstract: String, discussion: String = "", options: [Option] = [],
    isHidden: Bool = false, payload: Payload? = nil, subcommands: [Command<Payload>]
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.options = options
    self.arguments = []
    self.subcommands = subcommands
    self.isHidden = isHidden
    self.payload = payload
  }

  /// The command at the end of `names`, together with all on the way, this one first.
  ///
  /// `nil` when there is none.
  package func chain(to names: [String]) -> [Command<Payload>]? {
    var chain = [self]
    for name in names {
      guard let next = chain[chain.count - 1].subcommands.first(where: { $0.name == name }) else {
        return nil
      }
      chain.append(next)
    }
    return chain
  }

  /// Every command below this one with the names that lead to it, in the order of help.
  package func all(includingHidden: Bool = false) -> [[Command<Payload>]] {
    func visit(_ chain: [Command<Payload>]) -> [[Command<Payload>]] {
      [chain]
        + chain[chain.count - 1].subcommands
        .filter { includingHidden || !$0.isHidden }
        .flatMap { visit(chain + [$0]) }
    }
    return visit([self])
  }
}

extension Command: Sendable where Payload: Sendable {}

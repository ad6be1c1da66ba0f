extension Command {
  /// A completion script for zsh.
  package func zshCompletion() -> String {
    let scopes = CompletionScope.all(self)
    let function = functionName(name)
    let paths = scopes.dropFirst().map { shellQuoted($0.path) }.joined(separator: "|")
    return """
      #compdef \(name)
      # Completions of \(name) for zsh.

      \(function)_value() {
        local -a found
        case $1 in
          (dynamic:*)
            found=("${(@f)$("${words[1]}" __complete "${1#dynamic:}" "${(Q)PREFIX}" 2>/dev/null)}")
            compadd -- "${(@)found:#}" ;;
          (words:*) found=(${=1#words:}); compadd -- "${found[@]}" ;;
          (folder) _files -/ ;;
          (file) _files ;;
        esac
      }

      \(function)_type() {
        reply=''
        case "$1 $2" in
      \(ZshParts.types(scopes))  esac
      }

      \(function)() {
        local place=\(shellQuoted(name)) word before='' reply
        local -a commands options
        local -i index operands=0
        for ((index = 2; index < CURRENT; index++)); do
          word=${words[index]}
          if [[ -n $before ]]; then before=''; continue; fi
          if [[ $word == -- ]]; then operands=1; continue; fi
          if ((operands == 0)) && [[ $word == -* ]]; then
            \(function)_type "$place" "$word"
            [[ -n $reply ]] && before=$word
            continue
          fi
          case "$place $word" in
            (\(paths.isEmpty ? "''" : paths)) place="$place $word" ;;
          esac
        done
        if [[ -n $before ]]; then
          \(function)_type "$place" "$before"
          \(function)_value "$reply"
          return
        fi
        if ((operands == 0)) && [[ $PREFIX == --*=* ]]; then
          \(function)_type "$place" "${PREFIX%%=*}"
          compset -P 1 '*='
          \(function)_value "$reply"
          return
        fi
        case $place in
      \(scopes.map(ZshParts.words).joined())  esac
        if ((operands == 0)); then
          ((${#commands})) && _describe -t commands subcommand commands
          [[ $PREFIX == -* ]] && { _describe -o option options; return }
        fi
        \(function)_type "$place" ''
        [[ -n $reply ]] && \(function)_value "$reply"
      }

      if [[ ${funcstack[1]} == \(function) ]]; then
        \(function) "$@"
      else
        compdef \(function) \(name)
      fi

      """
  }
}

private enum ZshParts {
  static func types(_ scopes: [CompletionScope]) -> String {
    var lines = ""
    for scope in scopes {
      for word in scope.options {
        guard let type = word.value else { continue }
        lines += "    (\(shellQuoted(scope.path + " " + word.form))) reply=\(text(type)) ;;\n"
      }
      if let type = scope.argument {
        lines += "    (\(shellQuoted(scope.path + " "))) reply=\(text(type)) ;;\n"
      }
    }
    return lines
  }

  static func words(_ scope: CompletionScope) -> String {
    func list(_ pairs: [(String, String)]) -> String {
      pairs.map { shellQuoted(escaped($0.0) + ":" + $0.1) }.joined(separator: " ")
    }
    return """
          (\(shellQuoted(scope.path)))
            commands=(\(list(scope.subcommands.map { ($0.name, $0.abstract) })))
            options=(\(list(scope.options.map { ($0.form, $0.abstract) }))) ;;

      """
  }

  private static func escaped(_ name: String) -> String {
    name.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
  }

  private static func text(_ type: ValueType) -> String {
    switch type {
    case .text, .count, .byteSize, .duration: "other"
    case .oneOf(let words): shellQuoted("words:" + words.joined(separator: " "))
    case .file: "file"
    case .folder: "folder"
    case .dynamic(let kind): shellQuoted("dynamic:" + kind)
    }
  }
}

extension Command {
  /// A completion script for bash, from version 3.2 on.
  ///
  /// What `__complete` answers is never given to the shell to expand.
  package func bashCompletion() -> String {
    let scopes = CompletionScope.all(self)
    let function = functionName(name)
    let paths = scopes.dropFirst().map { shellQuoted($0.path) }.joined(separator: "|")
    let words = scopes.map { scope in
      let names = scope.subcommands.map(\.name) + scope.options.map(\.form)
      return
        "    \(shellQuoted(scope.path))) words=\(shellQuoted(names.joined(separator: " "))) ;;\n"
    }
    return """
      # Completions of \(name) for bash.

      \(function)_offer() {
        local line
        while IFS= read -r line; do
          [[ $line == "$2"* ]] && COMPREPLY+=("$(printf '%q' "$line")")
        done < <("$1" __complete "$3" "$2" 2>/dev/null)
      }

      \(function)_value() {
        case $1 in
          dynamic:*) \(function)_offer "$2" "${3//\\\\/}" "${1#dynamic:}" ;;
          words:*) COMPREPLY=($(compgen -W "${1#words:}" -- "$3")) ;;
          folder) local IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$3")) ;;
          file) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$3")) ;;
        esac
      }

      \(function)_type() {
        case "$1 $2" in
      \(BashParts.types(scopes, indent: "    "))  esac
      }

      \(function)() {
        local current=${COMP_WORDS[COMP_CWORD]} path=\(shellQuoted(name)) word before='' type words='' i
        local operands=0
        COMPREPLY=()
        [[ $current == '=' ]] && current=''
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          [[ $word == '=' ]] && continue
          if [[ -n $before ]]; then before=''; continue; fi
          if [[ $word == -- ]]; then operands=1; continue; fi
          if ((operands == 0)) && [[ $word == -* ]]; then
            [[ -n $(\(function)_type "$path" "$word") ]] && before=$word
            continue
          fi
          case "$path $word" in
            \(paths.isEmpty ? "''" : paths)) path="$path $word" ;;
          esac
        done
        if [[ -n $before ]]; then
          \(function)_value "$(\(function)_type "$path" "$before")" "${COMP_WORDS[0]}" "$current"
          return
        fi
        case $path in
      \(words.joined())  esac
        type=$(\(function)_type "$path" '')
        if ((operands == 1)) || [[ -n $type && $current != -* ]]; then
          \(function)_value "$type" "${COMP_WORDS[0]}" "$current"
        else
          COMPREPLY=($(compgen -W "$words" -- "$current"))
        fi
      }

      complete -F \(function) \(name)

      """
  }
}

private enum BashParts {
  /// The cases that print, for a command and an option (or none), what to offer.
  static func types(_ scopes: [CompletionScope], indent: String) -> String {
    var lines = ""
    for scope in scopes {
      for word in scope.options {
        guard let type = word.value else { continue }
        lines += "\(indent)\(shellQuoted(scope.path + " " + word.form))) echo \(text(type)) ;;\n"
      }
      if let type = scope.argument {
        lines += "\(indent)\(shellQuoted(scope.path + " "))) echo \(text(type)) ;;\n"
      }
    }
    return lines
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

extension Command {
  /// A completion script for fish.
  package func fishCompletion() -> String {
    let scopes = CompletionScope.all(self)
    let function = "_" + functionName(name)
    let paths = scopes.dropFirst().map { FishParts.quoted($0.path) }.joined(separator: " ")
    let valued = scopes.flatMap { scope in
      scope.options.filter { $0.value != nil }.map {
        FishParts.quoted(scope.path + " " + $0.form)
      }
    }
    return """
      # Completions of \(name) for fish.

      function \(function)_path
          set -l words (commandline -opc)
          set -l path \(FishParts.quoted(name))
          set -l skip 0
          for word in $words[2..-1]
              if test $skip = 1
                  set skip 0
              else if test "$word" = --
                  break
              else if string match -q -- '-*' $word
                  contains -- "$path $word" \(valued.joined(separator: " ")); and set skip 1
              else if contains -- "$path $word" \(paths.isEmpty ? "''" : paths)
                  set path "$path $word"
              end
          end
          echo $path
      end

      function \(function)_at
          test (\(function)_path) = "$argv[1]"
      end

      function \(function)_offer
          \(name) __complete $argv[1] (commandline -ct) 2>/dev/null
      end

      complete -c \(name) -f
      \(scopes.map { FishParts.lines($0, command: name, function: function) }.joined())
      """
  }
}

private enum FishParts {
  static func lines(_ scope: CompletionScope, command: String, function: String) -> String {
    let start = "complete -c \(command) -n \(quoted("\(function)_at \(quoted(scope.path))"))"
    var lines = ""
    for (name, abstract) in scope.subcommands {
      lines += "\(start) -a \(quoted(name)) -d \(quoted(abstract))\n"
    }
    var seen: [Option] = []
    for word in scope.options where !seen.contains(word.option) {
      seen.append(word.option)
      let short = word.option.short.map { " -s \($0)" } ?? ""
      for (index, form) in word.option.longForms.enumerated() {
        let letter = index == 0 ? short : ""
        let values = word.value.map { " -r" + offer($0, function) } ?? ""
        lines += "\(start) -l \(form.dropFirst(2))\(letter)\(values) -d \(quoted(word.abstract))\n"
      }
    }
    if let type = scope.argument {
      let values = offer(type, function)
      if !values.isEmpty { lines += "\(start)\(values)\n" }
    }
    return lines
  }

  private static func offer(_ type: ValueType, _ function: String) -> String {
    switch type {
    case .text, .count, .byteSize, .duration: ""
    case .oneOf(let words): " -a \(quoted(words.joined(separator: " ")))"
    case .file: " -F"
    case .folder: " -a '(__fish_complete_directories)'"
    case .dynamic(let kind): " -a \(quoted("(\(function)_offer \(kind))"))"
    }
  }

  /// Text in single quotes, in which fish knows `\\'` and `\\\\` alone.
  static func quoted(_ text: String) -> String {
    var result = "'"
    for character in text {
      if character == "'" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result + "'"
  }
}

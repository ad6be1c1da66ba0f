# Completions of tool for bash.

_tool_offer() {
  local line
  while IFS= read -r line; do
    [[ $line == "$2"* ]] && COMPREPLY+=("$(printf '%q' "$line")")
  done < <("$1" __complete "$3" "$2" 2>/dev/null)
}

_tool_value() {
  case $1 in
    dynamic:*) _tool_offer "$2" "${3//\\/}" "${1#dynamic:}" ;;
    words:*) COMPREPLY=($(compgen -W "${1#words:}" -- "$3")) ;;
    folder) local IFS=$'\n'; COMPREPLY=($(compgen -d -- "$3")) ;;
    file) local IFS=$'\n'; COMPREPLY=($(compgen -f -- "$3")) ;;
  esac
}

_tool_type() {
  case "$1 $2" in
    'tool -C') echo folder ;;
    'tool --directory') echo folder ;;
    'tool --target') echo 'dynamic:target' ;;
    'tool push -m') echo other ;;
    'tool push --message') echo other ;;
    'tool push --allow-deletes') echo other ;;
    'tool push -C') echo folder ;;
    'tool push --directory') echo folder ;;
    'tool push --target') echo 'dynamic:target' ;;
    'tool push ') echo 'dynamic:path' ;;
    'tool sync --prefer') echo 'words:ask local remote' ;;
    'tool sync --keep') echo other ;;
    'tool sync --max-file') echo other ;;
    'tool sync -H') echo other ;;
    'tool sync --header') echo other ;;
    'tool sync -C') echo folder ;;
    'tool sync --directory') echo folder ;;
    'tool sync --target') echo 'dynamic:target' ;;
    'tool sync ') echo 'dynamic:path' ;;
    'tool clone -C') echo folder ;;
    'tool clone --directory') echo folder ;;
    'tool clone --target') echo 'dynamic:target' ;;
    'tool clone ') echo other ;;
    'tool hub --data') echo folder ;;
    'tool hub -C') echo folder ;;
    'tool hub --directory') echo folder ;;
    'tool hub --target') echo 'dynamic:target' ;;
    'tool hub serve --listen') echo other ;;
    'tool hub serve --tls-cert') echo file ;;
    'tool hub serve --data') echo folder ;;
    'tool hub serve -C') echo folder ;;
    'tool hub serve --directory') echo folder ;;
    'tool hub serve --target') echo 'dynamic:target' ;;
    'tool hub project --data') echo folder ;;
    'tool hub project -C') echo folder ;;
    'tool hub project --directory') echo folder ;;
    'tool hub project --target') echo 'dynamic:target' ;;
    'tool hub project create --data') echo folder ;;
    'tool hub project create -C') echo folder ;;
    'tool hub project create --directory') echo folder ;;
    'tool hub project create --target') echo 'dynamic:target' ;;
    'tool hub project create ') echo other ;;
    'tool target -C') echo folder ;;
    'tool target --directory') echo folder ;;
    'tool target --target') echo 'dynamic:target' ;;
    'tool target list -C') echo folder ;;
    'tool target list --directory') echo folder ;;
    'tool target list --target') echo 'dynamic:target' ;;
  esac
}

_tool() {
  local current=${COMP_WORDS[COMP_CWORD]} path='tool' word before='' type words='' i
  local operands=0
  COMPREPLY=()
  [[ $current == '=' ]] && current=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == '=' ]] && continue
    if [[ -n $before ]]; then before=''; continue; fi
    if [[ $word == -- ]]; then operands=1; continue; fi
    if ((operands == 0)) && [[ $word == -* ]]; then
      [[ -n $(_tool_type "$path" "$word") ]] && before=$word
      continue
    fi
    case "$path $word" in
      'tool push'|'tool sync'|'tool clone'|'tool hub'|'tool hub serve'|'tool hub project'|'tool hub project create'|'tool target'|'tool target list') path="$path $word" ;;
    esac
  done
  if [[ -n $before ]]; then
    _tool_value "$(_tool_type "$path" "$before")" "${COMP_WORDS[0]}" "$current"
    return
  fi
  case $path in
    'tool') words='push sync clone hub target -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool push') words='-n --dry-run -m --message --force --allow-deletes -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool sync') words='--prefer -n --dry-run --keep --max-file -H --header -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool clone') words='-C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool hub') words='serve project --data -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool hub serve') words='--listen --tls-cert --data -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool hub project') words='create --data -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool hub project create') words='--data -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool target') words='list -C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
    'tool target list') words='-C --directory --target --json -y --yes -q --quiet -v --verbose --color --no-color --version -h --help' ;;
  esac
  type=$(_tool_type "$path" '')
  if ((operands == 1)) || [[ -n $type && $current != -* ]]; then
    _tool_value "$type" "${COMP_WORDS[0]}" "$current"
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}

complete -F _tool tool

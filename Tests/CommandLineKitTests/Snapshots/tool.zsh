#compdef tool
# Completions of tool for zsh.

_tool_value() {
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

_tool_type() {
  reply=''
  case "$1 $2" in
    ('tool -C') reply=folder ;;
    ('tool --directory') reply=folder ;;
    ('tool --target') reply='dynamic:target' ;;
    ('tool push -m') reply=other ;;
    ('tool push --message') reply=other ;;
    ('tool push --allow-deletes') reply=other ;;
    ('tool push -C') reply=folder ;;
    ('tool push --directory') reply=folder ;;
    ('tool push --target') reply='dynamic:target' ;;
    ('tool push ') reply='dynamic:path' ;;
    ('tool sync --prefer') reply='words:ask local remote' ;;
    ('tool sync --keep') reply=other ;;
    ('tool sync --max-file') reply=other ;;
    ('tool sync -H') reply=other ;;
    ('tool sync --header') reply=other ;;
    ('tool sync -C') reply=folder ;;
    ('tool sync --directory') reply=folder ;;
    ('tool sync --target') reply='dynamic:target' ;;
    ('tool sync ') reply='dynamic:path' ;;
    ('tool clone -C') reply=folder ;;
    ('tool clone --directory') reply=folder ;;
    ('tool clone --target') reply='dynamic:target' ;;
    ('tool clone ') reply=other ;;
    ('tool hub --data') reply=folder ;;
    ('tool hub -C') reply=folder ;;
    ('tool hub --directory') reply=folder ;;
    ('tool hub --target') reply='dynamic:target' ;;
    ('tool hub serve --listen') reply=other ;;
    ('tool hub serve --tls-cert') reply=file ;;
    ('tool hub serve --data') reply=folder ;;
    ('tool hub serve -C') reply=folder ;;
    ('tool hub serve --directory') reply=folder ;;
    ('tool hub serve --target') reply='dynamic:target' ;;
    ('tool hub project --data') reply=folder ;;
    ('tool hub project -C') reply=folder ;;
    ('tool hub project --directory') reply=folder ;;
    ('tool hub project --target') reply='dynamic:target' ;;
    ('tool hub project create --data') reply=folder ;;
    ('tool hub project create -C') reply=folder ;;
    ('tool hub project create --directory') reply=folder ;;
    ('tool hub project create --target') reply='dynamic:target' ;;
    ('tool hub project create ') reply=other ;;
    ('tool target -C') reply=folder ;;
    ('tool target --directory') reply=folder ;;
    ('tool target --target') reply='dynamic:target' ;;
    ('tool target list -C') reply=folder ;;
    ('tool target list --directory') reply=folder ;;
    ('tool target list --target') reply='dynamic:target' ;;
  esac
}

_tool() {
  local place='tool' word before='' reply
  local -a commands options
  local -i index operands=0
  for ((index = 2; index < CURRENT; index++)); do
    word=${words[index]}
    if [[ -n $before ]]; then before=''; continue; fi
    if [[ $word == -- ]]; then operands=1; continue; fi
    if ((operands == 0)) && [[ $word == -* ]]; then
      _tool_type "$place" "$word"
      [[ -n $reply ]] && before=$word
      continue
    fi
    case "$place $word" in
      ('tool push'|'tool sync'|'tool clone'|'tool hub'|'tool hub serve'|'tool hub project'|'tool hub project create'|'tool target'|'tool target list') place="$place $word" ;;
    esac
  done
  if [[ -n $before ]]; then
    _tool_type "$place" "$before"
    _tool_value "$reply"
    return
  fi
  if ((operands == 0)) && [[ $PREFIX == --*=* ]]; then
    _tool_type "$place" "${PREFIX%%=*}"
    compset -P 1 '*='
    _tool_value "$reply"
    return
  fi
  case $place in
    ('tool')
      commands=('push:Send local changes' 'sync:Bring both sides together' 'clone:Make a folder from a project' 'hub:Serve projects' 'target:List targets')
      options=('-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool push')
      commands=()
      options=('-n:Show what would be done, and write nothing' '--dry-run:Show what would be done, and write nothing' '-m:Say what changed' '--message:Say what changed' '--force:Write over the other side' '--allow-deletes:Let this many deletions pass' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool sync')
      commands=()
      options=('--prefer:Resolve each conflict this way' '-n:Show what would be done, and write nothing' '--dry-run:Show what would be done, and write nothing' '--keep:Keep the trash' '--max-file:Refuse larger files' '-H:Send this line with each request' '--header:Send this line with each request' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool clone')
      commands=()
      options=('-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool hub')
      commands=('serve:Answer requests' 'project:Handle projects')
      options=('--data:The hub'\''s folder' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool hub serve')
      commands=()
      options=('--listen:Where to listen' '--tls-cert:The certificate' '--data:The hub'\''s folder' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool hub project')
      commands=('create:Add a project')
      options=('--data:The hub'\''s folder' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool hub project create')
      commands=()
      options=('--data:The hub'\''s folder' '-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool target')
      commands=('list:List targets')
      options=('-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
    ('tool target list')
      commands=()
      options=('-C:Run as if started there' '--directory:Run as if started there' '--target:Use this target' '--json:Write one JSON document to stdout' '-y:Answer yes to confirmations' '--yes:Answer yes to confirmations' '-q:Print results only' '--quiet:Print results only' '-v:Print more' '--verbose:Print more' '--color:Use colors' '--no-color:Use colors' '--version:Show the version' '-h:Show help' '--help:Show help') ;;
  esac
  if ((operands == 0)); then
    ((${#commands})) && _describe -t commands subcommand commands
    [[ $PREFIX == -* ]] && { _describe -o option options; return }
  fi
  _tool_type "$place" ''
  [[ -n $reply ]] && _tool_value "$reply"
}

if [[ ${funcstack[1]} == _tool ]]; then
  _tool "$@"
else
  compdef _tool tool
fi

# bash completion for vobiz-syncd: commands, options and stream names, as the program's own help lists them.
# shellcheck shell=bash
_vobiz_syncd() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local help words='' command='' n
  help=$("$program" --help 2>/dev/null) || return
  for ((n = 1; n < COMP_CWORD; n++)); do
    case ${COMP_WORDS[n]} in
      -c | --config) ((n++)) ;;
      -*) ;;
      *) command=${COMP_WORDS[n]}; break ;;
    esac
  done
  case $previous in
    -c | --config)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  if [ -z "$command" ]; then
    words=$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' <<<"$help")
  else
    local streams
    streams=$(sed -n 's/^Streams: //p' <<<"$help" | tr -d ,)
    help=$("$program" "$command" --help 2>/dev/null) || return
    ! grep -q '^  [a-z]* STREAM' <<<"$help" || words=$streams
    ! grep -q '^  [a-z]* FILE' <<<"$help" || words=$(compgen -f -- "$word")
  fi
  # Offers options only after a dash, since they would hide the names.
  [[ $word != -* ]] || words=$(grep -oE -- '(^  |,)--?[a-z-]+' <<<"$help" | tr -d ' ,')
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _vobiz_syncd vobiz-syncd

# Writes each sh, sql and yaml block of a Markdown file to `folder`, as NUMBER.NAME.LANGUAGE. NAME is from the comment
# above: `<!-- test: NAME -->` or `<!-- not run: REASON -->`; a sh or sql block without one is an error.
function complain(text) { print FILENAME ":" FNR ": " text; failed = 1 }
/^<!-- test: [a-z-]+ -->$/ { name = $3; next }
/^<!-- not run: .+ -->$/ { name = "not-run"; next }
file == "" && /^```(sh|sql|yaml)$/ {
  language = substr($0, 4)
  if (name == "" && language != "yaml") complain("a " language " block that says neither \"test\" nor \"not run\"")
  if (name == "") name = "not-run"
  file = sprintf("%s/%02d.%s.%s", folder, ++count, name, language)
  printf "" >file
  name = ""
  next
}
file == "" && /^```/ { inside = !inside; next }
file != "" && /^```$/ { close(file); file = ""; next }
file != "" { print >file; next }
/[^ ]/ && name != "" { complain("a comment about a block, but no block behind it"); name = "" }
END { exit failed }

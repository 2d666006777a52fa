# Takes the fenced sh, sql and yaml blocks out of a Markdown file, one file each in `folder`, named by
# number, what the comment above says of it, and language: 03.real-account.sh. The comment is
# `<!-- test: NAME -->`, or `<!-- not run: REASON -->`; a sh or sql block without one is an error.
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

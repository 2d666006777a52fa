# Makes vobiz-syncd.yaml(5) of docs/configuration.md: awk -f configuration_man.awk -v date=YYYY-MM-DD FILE
# Knows what that page uses: headings, paragraphs, lists, code, tables, comments. A table whose first column holds
# keys becomes a list of them with what they take; any other one becomes a list of its rows.
function plain(text) {
  gsub(/\\/, "\\e", text)
  # A link is its text; the files it leads to stand in the same folder.
  while (match(text, /\[[^]]*\]\([^)]*\)/)) {
    link = substr(text, RSTART, RLENGTH)
    sub(/\]\(.*/, "", link)
    text = substr(text, 1, RSTART - 1) substr(link, 2) substr(text, RSTART + RLENGTH)
  }
  # Code is bold, opened and closed by turns; a hyphen in it is one that can be copied.
  out = ""
  bold = 0
  pieces = split(text, piece, "`")
  for (i = 1; i <= pieces; i++) {
    if (i % 2 == 0) { gsub(/-/, "\\-", piece[i]); out = out "\\fB" piece[i] "\\fR" } else out = out piece[i]
  }
  gsub(/…/, "...", out)
  if (out ~ /^[.']/) out = "\\&" out
  return out
}
function close_paragraph() {
  if (paragraph != "") print plain(paragraph)
  paragraph = ""
}
function row(line, cell, n, count, text) {
  sub(/^\| */, "", line)
  sub(/ *\|$/, "", line)
  count = split(line, cell, / *\| */)
  if (!in_table) {
    in_table = 1
    for (n = 1; n <= count; n++) heading[n] = cell[n]
    return
  }
  if (line ~ /^[-| ]+$/) return
  print ".TP"
  print plain(cell[1])
  text = ""
  for (n = 2; n < count; n++) {
    if (cell[n] != "") text = text (text == "" ? "" : "; ") (heading[n] == "takes" ? "" : heading[n] ": ") cell[n]
  }
  if (heading[count] != "meaning") {
    text = text (text == "" ? "" : "; ") (count > 2 ? heading[count] ": " : "") cell[count]
    print plain(text)
  } else {
    print plain(cell[count])
    print ".br"
    print "(" plain(text) ")"
  }
}
BEGIN {
  print ".TH VOBIZ\\-SYNCD.YAML 5 " date " vobiz\\-syncd"
  print ".SH NAME\nvobiz\\-syncd.yaml \\- configuration of vobiz\\-syncd(1)\n.SH DESCRIPTION"
}
/^```/ {
  close_paragraph()
  code = !code
  print code ? ".PP\n.nf\n.RS" : ".RE\n.fi"
  next
}
code { gsub(/\\/, "\\e"); gsub(/-/, "\\-"); print /^[.']/ ? "\\&" $0 : $0; next }
/^# / || /^<!--/ { next }
/^## / { close_paragraph(); print ".SH " toupper(substr($0, 4)); next }
/^\|/ { close_paragraph(); row($0); next }
in_table { in_table = 0; print ".PP" }
/^\* / { close_paragraph(); print ".IP \\(bu 2"; paragraph = substr($0, 3); next }
/^$/ { if (paragraph != "") { close_paragraph(); print ".PP" } next }
{ sub(/^ +/, ""); paragraph = paragraph (paragraph == "" ? "" : " ") $0 }
END { close_paragraph(); print ".SH SEE ALSO\n.BR vobiz\\-syncd (1)" }

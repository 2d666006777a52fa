# Writes OUTPUT, a C++ source with the parts of the status page. Run with -DOUTPUT=… -DFOLDER=….
foreach(part html css js)
  file(READ ${FOLDER}/status.${part} ${part})
endforeach()
file(WRITE ${OUTPUT} "#include \"web/page.hpp\"\n\nnamespace vobiz::web {\n\n"
  "page_parts embedded_page() {\n"
  "  return {R\"page(${html})page\",\n          R\"page(${css})page\",\n          R\"page(${js})page\"};\n"
  "}\n\n}  // namespace vobiz::web\n")

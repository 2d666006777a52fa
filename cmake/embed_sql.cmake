# Writes OUTPUT, a C++ source with every numbered .sql file of FOLDER in it: the binary carries its SQL, so that
# the two cannot be installed in different versions. Run with -DOUTPUT=… -DFOLDER=… -DNAMESPACE=… -DLIST=…;
# defines vobiz::NAMESPACE::LISTs(), a span of LIST as LISTs.hpp declares them.
file(GLOB files ${FOLDER}/[0-9]*_*.sql)
list(SORT files)
set(text "#include \"${LIST}s.hpp\"\n\nnamespace vobiz::${NAMESPACE} {\n\n")
string(APPEND text "std::span<${LIST} const> ${LIST}s() {\n")
# As sv literals, see embed_schema.cmake.
string(APPEND text "  using namespace std::string_view_literals;\n  static constexpr ${LIST} list[] = {\n")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  string(REGEX MATCH "^[0-9]+" number ${name})
  math(EXPR number "${number} + 0")
  file(READ ${file} sql)
  string(APPEND text "      {${number}, \"${name}\",\n       R\"sql(${sql})sql\"sv},\n")
endforeach()
string(APPEND text "  };\n  return list;\n}\n\n}  // namespace vobiz::${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${text}")

# Writes OUTPUT, a C++ source with every file of FOLDER that makes the schema in it, under its path below FOLDER: the
# binary carries its schema, so that the two cannot be installed in different versions. Run with -DOUTPUT=… -DFOLDER=….
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.sql ${FOLDER}/column_lists.txt)
list(SORT files)
set(text "#include \"vobiz/sink/schema_source.hpp\"\n\nnamespace vobiz::sink {\n\n")
# As sv literals, texts have their lengths from the compiler: clang counts no more than a million characters.
string(APPEND text "std::span<schema_file const> embedded_schema() {\n"
  "  using namespace std::string_view_literals;\n  static constexpr schema_file list[] = {\n")
foreach(file ${files})
  file(READ ${FOLDER}/${file} content)
  string(APPEND text "      {\"${file}\",\n       R\"sql(${content})sql\"sv},\n")
endforeach()
string(APPEND text "  };\n  return list;\n}\n\n}  // namespace vobiz::sink\n")
file(WRITE ${OUTPUT} "${text}")

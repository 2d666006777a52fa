# The same sources and packages of Debian make the same bytes, whatever the folders, the time and the cache are.
# scripts/reproducible.sh compares two builds.

# No path of this machine gets into the program, its debug information or __FILE__. The last option that fits counts.
# ccache with CCACHE_BASEDIR passes relative paths, which therefore mean the same.
set(vobiz_maps "${PROJECT_SOURCE_DIR}=." "${CMAKE_BINARY_DIR}=./build" "${CMAKE_BINARY_DIR}/=")
file(RELATIVE_PATH vobiz_way_up ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR})
if(vobiz_way_up)
  string(REGEX REPLACE "/$" "" vobiz_way_up ${vobiz_way_up})
  list(INSERT vobiz_maps 1 "${vobiz_way_up}/=./")
endif()
foreach(map ${vobiz_maps})
  add_compile_options("-ffile-prefix-map=${map}")
endforeach()

# The time of everything in the package: that of its changelog, unless the caller says so.
set(vobiz_changelog ${PROJECT_SOURCE_DIR}/packaging/debian/changelog)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${vobiz_changelog})
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(vobiz_source_date $ENV{SOURCE_DATE_EPOCH})
else()
  file(STRINGS ${vobiz_changelog} vobiz_source_date REGEX "^ -- " LIMIT_COUNT 1)
  string(REGEX REPLACE "^ -- .*>  " "" vobiz_source_date "${vobiz_source_date}")
  execute_process(COMMAND date -u -d "${vobiz_source_date}" +%s OUTPUT_VARIABLE vobiz_source_date
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()

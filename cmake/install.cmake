# `cmake --install build/release` also installs unit, user, example configuration and documentation. It does not install
# the simulator, which is for tests.
install(FILES config/vobiz-syncd.example.yaml README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# The Debian package has its own forms of these, see packaging.cmake.
install(FILES CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT outside_debian)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")
# The program contains its schema; these files are documentation.
install(DIRECTORY migrations/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vobiz-syncd/migrations
        FILES_MATCHING PATTERN "*.sql" PATTERN "*.txt" PATTERN "README.md")
install(DIRECTORY grafana/dashboards grafana/provisioning DESTINATION ${CMAKE_INSTALL_DATADIR}/vobiz-syncd/grafana)
install(DIRECTORY metabase prometheus superset DESTINATION ${CMAKE_INSTALL_DATADIR}/vobiz-syncd USE_SOURCE_PERMISSIONS)
install(FILES systemd/vobiz-syncd.sysusers DESTINATION lib/sysusers.d RENAME vobiz-syncd.conf)

# The unit needs the full path of the program, which is known only at installation (--prefix).
install(CODE "set(unit_source \"${PROJECT_SOURCE_DIR}/systemd/vobiz-syncd.service\")")
install(CODE [[
  file(READ "${unit_source}" unit)
  string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_PREFIX}/bin/" unit "${unit}")
  string(REPLACE "/usr/share/" "${CMAKE_INSTALL_PREFIX}/share/" unit "${unit}")
  set(unit_file "${CMAKE_INSTALL_PREFIX}/lib/systemd/system/vobiz-syncd.service")
  message(STATUS "Installing: $ENV{DESTDIR}${unit_file}")
  file(WRITE "$ENV{DESTDIR}${unit_file}" "${unit}")
  file(CHMOD "$ENV{DESTDIR}${unit_file}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
]])

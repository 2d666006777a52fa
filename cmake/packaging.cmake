# Man pages, shell completion and the Debian package build/release/vobiz-syncd_*.deb: `cmake --build --preset release
# --target packaging && cpack --preset deb`.

# Pages and changelogs are compressed without a timestamp, so that the build is reproducible.
set(packed ${CMAKE_BINARY_DIR}/packaging)
file(MAKE_DIRECTORY ${packed})
function(vobiz_pack source name)
  add_custom_command(OUTPUT ${packed}/${name} DEPENDS ${source} VERBATIM
                     COMMAND sh -c "gzip -9nc \"$1\" >\"$2\"" sh ${source} ${packed}/${name})
endfunction()

set(pages ${PROJECT_SOURCE_DIR}/packaging)
add_custom_command(
  OUTPUT ${packed}/vobiz-syncd.yaml.5 VERBATIM
  DEPENDS ${PROJECT_SOURCE_DIR}/docs/configuration.md ${pages}/configuration_man.awk
  COMMAND sh -c "LC_ALL=C.UTF-8 awk -f \"$1\" \"$2\" >\"$3\"" sh ${pages}/configuration_man.awk
          ${PROJECT_SOURCE_DIR}/docs/configuration.md ${packed}/vobiz-syncd.yaml.5)
vobiz_pack(${packed}/vobiz-syncd.yaml.5 vobiz-syncd.yaml.5.gz)
vobiz_pack(${pages}/vobiz-syncd.1 vobiz-syncd.1.gz)
vobiz_pack(${pages}/vobiz-syncd.8 vobiz-syncd.8.gz)
vobiz_pack(${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog.gz)
vobiz_pack(${pages}/debian/changelog changelog.Debian.gz)
add_custom_target(packaging ALL DEPENDS ${packed}/vobiz-syncd.1.gz ${packed}/vobiz-syncd.8.gz
                  ${packed}/vobiz-syncd.yaml.5.gz ${packed}/changelog.gz ${packed}/changelog.Debian.gz)
add_dependencies(packaging vobiz-syncd)

# What the program is made of, for those who look for libraries with known faults. It needs dpkg.
find_program(VOBIZ_DPKG_QUERY dpkg-query)
find_program(VOBIZ_PYTHON python3)
if(VOBIZ_DPKG_QUERY AND VOBIZ_PYTHON)
  add_custom_command(
    OUTPUT ${packed}/vobiz-syncd.spdx.json VERBATIM DEPENDS vobiz-syncd ${pages}/sbom.py
    COMMAND ${VOBIZ_PYTHON} ${pages}/sbom.py --output ${packed}/vobiz-syncd.spdx.json ${PROJECT_BINARY_DIR}
            $<TARGET_FILE:vobiz-syncd> ${PROJECT_BINARY_DIR}/vobiz-syncd.link ${PROJECT_VERSION} ${vobiz_source_date}
    COMMENT "listing what the program is made of")
  add_custom_target(sbom DEPENDS ${packed}/vobiz-syncd.spdx.json)
  add_dependencies(packaging sbom)
  install(FILES ${packed}/vobiz-syncd.spdx.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

install(FILES ${packed}/vobiz-syncd.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${packed}/vobiz-syncd.yaml.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${packed}/vobiz-syncd.8.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${pages}/vobiz-syncd.bash RENAME vobiz-syncd
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# Debian's own files, in place of the component outside_debian.
install(FILES ${packed}/changelog.gz ${packed}/changelog.Debian.gz ${pages}/debian/copyright
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${pages}/vobiz-syncd.yaml DESTINATION /etc/vobiz-syncd COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};vobiz-syncd;Unspecified;/"
                                 "${CMAKE_BINARY_DIR};vobiz-syncd;debian;/")
# Install through DESTDIR, so that the unit has the program's final path.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
# Symbols, for a core file or a profile, go into a package of their own, vobiz-syncd-dbgsym. It takes them from the
# program, so nothing else may strip that before.
set(CPACK_STRIP_FILES OFF)
set(CPACK_DEBIAN_DEBUGINFO_PACKAGE ON)
set(CPACK_POST_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/pack_again.cmake)
# cpack reads this file first: it sets the time of the package's members.
file(WRITE ${packed}/source_date.cmake
     "if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})\n  set(ENV{SOURCE_DATE_EPOCH} ${vobiz_source_date})\nendif()\n"
     "set(ENV{LC_ALL} C.UTF-8)\nset(ENV{TZ} UTC)\n")
set(CPACK_PROJECT_CONFIG_FILE ${packed}/source_date.cmake)
set(CPACK_PACKAGE_VENDOR "vobiz-syncd")
set(CPACK_PACKAGE_CONTACT "vobiz-syncd maintainers <maintainers@vobiz-syncd.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "mirror of a Vobiz partner's data in PostgreSQL")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "A background service that copies a partner's customers, wallets, ledger,
calls and numbers from the Vobiz Partner API into PostgreSQL, and proves each
day complete against the provider's own totals. It never changes anything at
the provider.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Dependencies that no shared library shows: systemd-sysusers creates the user, the system's certificates verify the
# provider, and billing days need the time zone database.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "ca-certificates, init-system-helpers (>= 1.54), systemd | systemd-standalone-sysusers | systemd-sysusers, tzdata")
# metabase/load.py and superset/bundle.py are for whoever uses these: the service needs neither Python nor psql.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, postgresql-client, python3")
foreach(script conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${pages}/debian/${script})
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)

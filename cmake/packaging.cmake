# Man pages and shell completion, which `cmake --install` brings too, and the Debian package:
# `cmake --build --preset release --target packaging && cpack --preset deb` gives build/release/vobiz-syncd_*.deb.

# Pages and changelogs are installed compressed, without a time in them: the same source gives the same file.
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
  COMMAND sh -c "awk -f \"$1\" \"$2\" >\"$3\"" sh ${pages}/configuration_man.awk
          ${PROJECT_SOURCE_DIR}/docs/configuration.md ${packed}/vobiz-syncd.yaml.5)
vobiz_pack(${packed}/vobiz-syncd.yaml.5 vobiz-syncd.yaml.5.gz)
vobiz_pack(${pages}/vobiz-syncd.1 vobiz-syncd.1.gz)
vobiz_pack(${pages}/vobiz-syncd.8 vobiz-syncd.8.gz)
vobiz_pack(${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog.gz)
vobiz_pack(${pages}/debian/changelog changelog.Debian.gz)
add_custom_target(packaging ALL DEPENDS ${packed}/vobiz-syncd.1.gz ${packed}/vobiz-syncd.8.gz
                  ${packed}/vobiz-syncd.yaml.5.gz ${packed}/changelog.gz ${packed}/changelog.Debian.gz)
add_dependencies(packaging vobiz-syncd)

install(FILES ${packed}/vobiz-syncd.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${packed}/vobiz-syncd.yaml.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${packed}/vobiz-syncd.8.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${pages}/vobiz-syncd.bash RENAME vobiz-syncd
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# What Debian wants besides, in place of the component outside_debian.
install(FILES ${packed}/changelog.gz ${packed}/changelog.Debian.gz ${pages}/debian/copyright
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${pages}/vobiz-syncd.yaml DESTINATION /etc/vobiz-syncd COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};vobiz-syncd;Unspecified;/"
                                 "${CMAKE_BINARY_DIR};vobiz-syncd;debian;/")
# Installed through DESTDIR, so that the unit names the program where it will be.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
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
# What no shared library tells: the user is made by systemd-sysusers, the provider is trusted by the system's
# certificates, and billing days are days of a time zone.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "ca-certificates, init-system-helpers (>= 1.54), systemd | systemd-standalone-sysusers | systemd-sysusers, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql")
foreach(script conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${pages}/debian/${script})
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)

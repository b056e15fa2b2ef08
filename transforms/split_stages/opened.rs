//! Libraries that open files of the system by their names, which no loader shows: modules, settings, descriptions of terminals.

use super::launch::base_name;
use super::subject::Subject;

/// Parts of Boost that load modules, character sets or Python, by the words for them in sources and builds (Boost, "Locale", "DLL",
/// "Python").
const MODULES: &[&str] =
    &["boost/dll", "boost/locale", "boost_locale", "boost/python", "boost_python"];

/// Whether a text of the project speaks of a part of Boost that opens files.
pub(super) fn speaks_of_modules(subject: &Subject<'_, '_>) -> bool {
    subject.context.is_none_or(|context| {
        let mut texts = context.entries().filter_map(|(path, _)| context.text(path));
        texts.any(|text| MODULES.iter().any(|sign| text.contains(sign)))
    })
}

/// Whether the libraries behind a package of headers open no files of the system: neither modules nor data nor settings. Others, such as
/// those of ImageMagick, Qt, GStreamer or PROJ, do, and the loader does not show that. Source: the lists of files of their packages.
pub(super) fn opens_nothing(headers: &str) -> bool {
    const LIBRARIES: &[&str] = &[
        "libargtable2-dev",
        "libcapnp-dev",
        "libdouble-conversion-dev",
        "libev-dev",
        "libevent-dev",
        "libfftw3-dev",
        "libfmt-dev",
        "libgflags-dev",
        "libgmock-dev",
        "libgoogle-glog-dev",
        "libgsl-dev",
        "libgtest-dev",
        "libhiredis-dev",
        "libjsoncpp-dev",
        "libleveldb-dev",
        "liblz4-dev",
        "libomp-dev",
        "libprotobuf-c-dev",
        "libprotobuf-dev",
        "libre2-dev",
        "librocksdb-dev",
        "libsnappy-dev",
        "libspdlog-dev",
        "libunwind-dev",
        "libuv1-dev",
        "libyaml-cpp-dev",
        "libzmq3-dev",
        "libzstd-dev",
    ];
    let boost = headers.starts_with("libboost")
        && !["python", "locale", "mpi"].iter().any(|part| headers.contains(part));
    boost || LIBRARIES.contains(&headers)
}

/// The package among those of headers whose library opens modules, data or settings of its packages, which the loader does not show.
/// `debian` says whether the base is one, which has descriptions of terminals (ncurses-base is essential). Source: the lists of files of the
/// packages of Debian.
pub(super) fn opens_files(packages: &[String], debian: bool) -> Option<&String> {
    const OPEN: &[&str] = &[
        "default-libmysqlclient-dev",
        "libarchive-dev",
        "libavcodec-dev",
        "libavformat-dev",
        "libavutil-dev",
        "libcairo2-dev",
        "libcups2-dev",
        "libedit-dev",
        "libfontconfig-dev",
        "libfontconfig1-dev",
        "libgd-dev",
        "libgdal-dev",
        "libgdk-pixbuf-2.0-dev",
        "libglu1-mesa-dev",
        "libgnutls28-dev",
        "libhidapi-dev",
        "libice-dev",
        "libkrb5-dev",
        "libldap-dev",
        "libldap2-dev",
        "libmagic-dev",
        "libmariadb-dev",
        "libmysqlclient-dev",
        "libncurses-dev",
        "libncurses5-dev",
        "libncursesw5-dev",
        "libnl-3-dev",
        "libpam0g-dev",
        "libpango1.0-dev",
        "libproj-dev",
        "libreadline-dev",
        "libsasl2-dev",
        "libsm-dev",
        "libssh-dev",
        "libswscale-dev",
        "libtbb-dev",
        "libudev-dev",
        "libx11-dev",
        "libx11-xcb-dev",
        "libxcb1-dev",
        "libxcursor-dev",
        "libxext-dev",
        "libxfixes-dev",
        "libxft-dev",
        "libxi-dev",
        "libxinerama-dev",
        "libxpm-dev",
        "libxrandr-dev",
        "libxrender-dev",
        "libxt-dev",
        "libxtst-dev",
        "unixodbc-dev",
    ];
    let terminals =
        |name: &str| ["curses", "readline", "libedit"].iter().any(|part| name.contains(part));
    let opens = |name: &str| OPEN.contains(&name) && !(debian && terminals(name));
    packages.iter().find(|name| opens(name))
}

/// What commands and the files of builds call the libraries of full images that open files: those for terminals want their descriptions,
/// ImageMagick its formats, clients of MySQL and of Kerberos their plug-ins. Source: the lists of files of their packages.
const LINKED_BY: &[&str] = &["Magick", "mysqlclient", "mariadb", "mysql_config", "gssapi", "krb5"];

/// The same for libraries that want descriptions of terminals.
const OF_TERMINALS: &[&str] = &["curses", "tinfo", "readline", "-ledit"];

/// The word by which the build links with a library that opens files which a base has not, whatever package it is of; `debian` says whether it
/// is one.
pub(super) fn links_what_opens(subject: &Subject<'_, '_>, debian: bool) -> Option<&'static str> {
    let words = subject.done.iter().flat_map(|done| done.command.words.iter().flatten());
    let builds = |path: &str| {
        let name = base_name(path);
        name.to_ascii_lowercase().contains("makefile")
            || name.starts_with("configure")
            || [".mk", ".cmake", ".sh", ".rs"].iter().any(|end| name.ends_with(end))
            || matches!(name, "CMakeLists.txt" | "meson.build" | "Cargo.toml" | "Cargo.lock")
    };
    let context = subject.context;
    let files = context.into_iter().flat_map(|context| {
        let rules = context.entries().filter(move |(path, _)| builds(path));
        rules.filter_map(|(path, _)| context.text(path))
    });
    let texts: Vec<&str> = words.map(|word| &**word).chain(files).collect();
    let terminals = OF_TERMINALS.iter().filter(|_| !debian);
    LINKED_BY.iter().chain(terminals).copied().find(|sign| {
        texts.iter().any(|text| text.to_ascii_lowercase().contains(&sign.to_ascii_lowercase()))
    })
}

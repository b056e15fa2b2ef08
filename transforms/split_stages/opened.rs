//! Libraries that open files of the system by their names, which no loader shows: modules, settings, descriptions of terminals.

use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};

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
        // Settings that are missing count as empty, and who asks for certificates or modules by name is refused (config(5ssl)).
        "libssl-dev",
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
        "freeglut3-dev",
        "graphviz-dev",
        "guile-2.2-dev",
        "guile-3.0-dev",
        "libarchive-dev",
        "libasound2-dev",
        "libavcodec-dev",
        "libavdevice-dev",
        "libavfilter-dev",
        "libavformat-dev",
        "libavutil-dev",
        "libcairo2-dev",
        "libcanberra-dev",
        "libcups2-dev",
        "libedit-dev",
        "libegl1-mesa-dev",
        "libenchant-2-dev",
        "libespeak-dev",
        "libespeak-ng-dev",
        "libfluidsynth-dev",
        "libfontconfig-dev",
        "libfontconfig1-dev",
        "libgd-dev",
        "libgdal-dev",
        "libgdk-pixbuf-2.0-dev",
        "libgeoip-dev",
        "libgeotiff-dev",
        "libgirepository1.0-dev",
        "libgl1-mesa-dev",
        "libgles2-mesa-dev",
        "libglfw3-dev",
        "libglu1-mesa-dev",
        "libgnutls28-dev",
        "libgpgme-dev",
        "libgphoto2-dev",
        "libgraphviz-dev",
        "libgs-dev",
        "libgstreamer1.0-dev",
        "libgtk-3-dev",
        "libgtk-4-dev",
        "libgtk2.0-dev",
        "libheif-dev",
        "libhidapi-dev",
        "libhunspell-dev",
        "libice-dev",
        "libimlib2-dev",
        "libjack-dev",
        "libjack-jackd2-dev",
        "libkrb5-dev",
        "libldap-dev",
        "libldap2-dev",
        "libmagic-dev",
        "libmagick++-dev",
        "libmagickcore-dev",
        "libmagickwand-dev",
        "libmariadb-dev",
        "libmpv-dev",
        "libmysqlclient-dev",
        "libncurses-dev",
        "libncurses5-dev",
        "libncursesw5-dev",
        "libnl-3-dev",
        "libnss3-dev",
        "libopenal-dev",
        "libopencv-dev",
        "libopenmpi-dev",
        "libopenni-dev",
        "libopenni2-dev",
        "libpam0g-dev",
        "libpango1.0-dev",
        "libpci-dev",
        "libperl-dev",
        "libpoppler-dev",
        "libproj-dev",
        "libpulse-dev",
        "libpython3-all-dev",
        "libpython3-dev",
        "python-dev",
        "python3-dev",
        "libreadline-dev",
        "librsvg2-dev",
        "libsane-dev",
        "libsasl2-dev",
        "libsdl2-dev",
        "libsensors-dev",
        "libsm-dev",
        "libsnmp-dev",
        "libsoup-3.0-dev",
        "libsoup2.4-dev",
        "libssh-dev",
        "libswscale-dev",
        "libtbb-dev",
        "libtesseract-dev",
        "libudev-dev",
        "libv4l-dev",
        "libva-dev",
        "libvips-dev",
        "libvlc-dev",
        "libvulkan-dev",
        "libwebkit2gtk-4.0-dev",
        "libwebkit2gtk-4.1-dev",
        "libwmf-dev",
        "libx11-dev",
        "libx11-xcb-dev",
        "libxcb1-dev",
        "libxcursor-dev",
        "libxext-dev",
        "libxfixes-dev",
        "libxft-dev",
        "libxi-dev",
        "libxinerama-dev",
        "libxkbcommon-dev",
        "libxmlsec1-dev",
        "libxpm-dev",
        "libxrandr-dev",
        "libxrender-dev",
        "libxt-dev",
        "libxtst-dev",
        "ocl-icd-opencl-dev",
        "portaudio19-dev",
        "qt6-base-dev",
        "qtbase5-dev",
        "r-base-dev",
        "tcl-dev",
        "tcl8.6-dev",
        "tk-dev",
        "tk8.6-dev",
        "unixodbc-dev",
    ];
    // Those of one version of an interpreter are named after it.
    let versions = ["libpython3.", "libruby"];
    let of_version =
        |name: &str| versions.iter().any(|start| name.starts_with(start)) && name.ends_with("-dev");
    let terminals =
        |name: &str| ["curses", "readline", "libedit"].iter().any(|part| name.contains(part));
    let opens =
        |name: &str| (OPEN.contains(&name) || of_version(name)) && !(debian && terminals(name));
    packages.iter().find(|name| opens(name))
}

/// What commands and the files of builds call the libraries of full images that open files: those for terminals want their descriptions,
/// ImageMagick its formats, clients of MySQL and of Kerberos their plug-ins, those of GNOME modules, types of files and fonts. Source: the
/// lists of files of their packages.
const LINKED_BY: &[&str] = &[
    "Magick",
    "mysqlclient",
    "mariadb",
    "mysql_config",
    "gssapi",
    "krb5",
    "fontconfig",
    "gdk-pixbuf",
    "gio-2.0",
    "gio-unix-2.0",
    "-lgio",
    "giomm",
    "libheif",
    "pango",
    "rsvg",
];

/// Folders of the headers of such libraries, as sources include them.
const INCLUDED: &[&str] =
    &["fontconfig/", "gdk-pixbuf/", "gio/", "giomm", "libheif/", "librsvg/", "pango/"];

/// The same for libraries that want descriptions of terminals.
const OF_TERMINALS: &[&str] = &["curses", "tinfo", "readline", "-ledit"];

/// Ends of sources of C and C++.
const OF_C: &[&str] = &[".c", ".cc", ".cpp", ".cxx", ".h", ".hpp"];

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
    let includes = |text: &str, sign: &str| {
        let line = |line: &str| line.trim_start().starts_with('#') && line.contains("include");
        text.lines().any(|it| line(it) && it.contains(&format!("<{sign}")))
    };
    let sources = || {
        let all = context.into_iter().flat_map(|context| context.entries().map(|(path, _)| path));
        let sources = all.filter(|path| OF_C.iter().any(|end| path.ends_with(end)));
        sources.filter_map(|path| context?.text(path))
    };
    let included = INCLUDED.iter().find(|sign| sources().any(|text| includes(text, sign)));
    if let Some(sign) = included {
        return Some(sign.trim_end_matches('/'));
    }
    let terminals = OF_TERMINALS.iter().filter(|_| !debian);
    LINKED_BY.iter().chain(terminals).copied().find(|sign| {
        texts.iter().any(|text| text.to_ascii_lowercase().contains(&sign.to_ascii_lowercase()))
    })
}

/// Whether a source of C opens what each Debian of the same release has, and ldd does not show: character sets, descriptions of terminals,
/// lists of users, a shell (iconv_open(3), terminfo(5), getpwnam(3), wordexp(3)); for the end of a thread and for traces glibc loads
/// libgcc_s (pthread_exit(3), backtrace(3)). Libraries and certificates, which it opens by their names, are refused (dlopen(3)), and those
/// that start an interpreter, a toolkit, a sound card or a provider of OpenSSL, which do that themselves (their own documentation).
pub(super) fn opens_system_files(subject: &Subject<'_, '_>) -> Result<bool, Obstacle> {
    const ELSEWHERE: &[&str] = &[
        "CONF_modules_load_file",
        "ENGINE_by_id",
        "ENGINE_load_dynamic",
        "FcConfigGetCurrent",
        "FcInit",
        "FcInitLoadConfigAndFonts",
        "OSSL_PROVIDER_load",
        "OSSL_PROVIDER_try_load",
        "Py_Initialize",
        "Py_InitializeEx",
        "Py_InitializeFromConfig",
        "SSL_CTX_set_default_verify_paths",
        "Tcl_AppInit",
        "Tcl_Init",
        "X509_STORE_set_default_paths",
        "X509_get_default_cert_dir",
        "X509_get_default_cert_file",
        "cairo_select_font_face",
        "cairo_show_text",
        "cairo_toy_font_face_create",
        "dlmopen",
        "dlopen",
        "gtk_application_new",
        "gtk_init",
        "pci_lookup_name",
        "ruby_init",
        "ruby_setup",
        "scm_init_guile",
        "scm_with_guile",
        "set_default_verify_paths",
        "snd_ctl_open",
        "snd_mixer_open",
        "snd_pcm_open",
    ];
    const OF_DEBIAN: &[&str] = &[
        "backtrace",
        "g_charset_converter_new",
        "g_convert",
        "g_convert_with_fallback",
        "g_convert_with_iconv",
        "g_filename_from_utf8",
        "g_filename_to_utf8",
        "g_iconv_open",
        "g_io_channel_set_encoding",
        "g_locale_from_utf8",
        "g_locale_to_utf8",
        "getgrent",
        "getgrgid",
        "getgrgid_r",
        "getgrnam",
        "getgrnam_r",
        "getpwent",
        "getpwnam",
        "getpwnam_r",
        "iconv_open",
        "initgroups",
        "initscr",
        "newterm",
        "pthread_cancel",
        "pthread_exit",
        "setupterm",
        "tgetent",
        "thrd_exit",
        "wordexp",
    ];
    // What C calls its own locale needs no file, that for UTF-8 does (locale(7)).
    const LOCALES: &[&str] = &["locale::global", "newlocale(", "setlocale(", "std::locale("];
    const ASIDE: &[&str] = &["docs", "examples", "test", "tests"];
    let steps = subject.stage.steps.last();
    let names_locale =
        steps.into_iter().flat_map(|step| step.state.settings.iter()).any(|setting| {
            let value = setting.value.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
            (setting.name == "LANG" || setting.name.starts_with("LC_"))
                && !matches!(value, "" | "C" | "POSIX")
        });
    let Some(context) = subject.context else { return Ok(false) };
    let mut opens = false;
    for (path, _) in context.entries() {
        if !OF_C.iter().any(|end| path.ends_with(end))
            || path.split('/').any(|it| ASIDE.contains(&it))
        {
            continue;
        }
        let text = context.text(path).unwrap_or_default();
        let called = |call: &&&str| {
            text.match_indices(**call)
                .any(|(at, _)| text[at + call.len()..].trim_start().starts_with('('))
        };
        if let Some(call) = ELSEWHERE.iter().find(called) {
            let message = format!("{path} calls {call}, which opens files that ldd does not show");
            return Err((&reasons::PACKAGES, message));
        }
        opens |= OF_DEBIAN.iter().any(|call| called(&call)) || text.contains(",ccs=");
        opens |= LOCALES.iter().any(|sign| text.contains(sign))
            && (names_locale || ["UTF-8", "utf8"].iter().any(|name| text.contains(name)));
    }
    Ok(opens)
}

/// A source that asks for the types of files of the desktop, which come with a package that GLib's own only recommends (Debian, "libglib2.0-0":
/// shared-mime-info; GIO, "GContentType").
pub(super) fn asks_types_of_desktop<'s>(subject: &Subject<'s, '_>) -> Option<&'s str> {
    const SIGNS: &[&str] = &[
        "Gio::content_type_",
        "STANDARD_CONTENT_TYPE",
        "g_app_info_get_",
        "g_content_type_",
        "g_file_info_get_content_type",
        "standard::content-type",
    ];
    let context = subject.context?;
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        let text = context.text(path).filter(|_| OF_C.iter().any(|end| path.ends_with(end)));
        text.is_some_and(|text| SIGNS.iter().any(|sign| text.contains(sign)))
    })
}

//! Libraries that open files by their names, which no loader tells of.

use super::runtime::Runtime;
use super::sources::is_of_c;
use crate::program::{Action, visit};

/// Packages of Debian and Ubuntu whose libraries read nothing but what they are linked with: by the lists of their files, which hold
/// neither modules nor data.
const ALONE: &[&str] = &[
    "libargtable2",
    "libcapnp",
    "libdouble-conversion",
    "libev",
    "libevent",
    "libfftw3",
    "libfmt",
    "libgflags",
    "libgmock",
    "libgoogle-glog",
    "libgsl",
    "libgtest",
    "libhiredis",
    "libjsoncpp",
    "libleveldb",
    "liblz4",
    "libomp",
    "libprotobuf",
    "libprotobuf-c",
    "libre2",
    "librocksdb",
    "libsnappy",
    "libspdlog",
    "libunwind",
    "libuv1",
    "libyaml-cpp",
    "libzmq3",
    "libzstd",
];

/// What comes with headers whose libraries open files: plug-ins of clients and of PAM, fonts, the numbers of magic, settings of drivers and of
/// keys, descriptions of terminals, languages of windows, maps of the earth, names of devices, sounds, the libraries of interpreters.
const MORE: &[&str] = &[
    "default-libmysqlclient",
    "freeglut",
    "graphviz",
    "guile-",
    "libarchive",
    "libasound2",
    "libavcodec",
    "libavfilter",
    "libavdevice",
    "libavformat",
    "libavutil",
    "libcairo2",
    "libcanberra",
    "libcups",
    "libedit",
    "libegl1",
    "libenchant",
    "libespeak",
    "libfluidsynth",
    "libfontconfig",
    "libgd",
    "libgdk-pixbuf",
    "libgeoip",
    "libgeotiff",
    "libgirepository",
    "libgl1",
    "libgles2",
    "libglfw",
    "libglu1",
    "libgnutls",
    "libgpgme",
    "libgphoto2",
    "libgraphviz",
    "libgs-",
    "libgstreamer",
    "libgtk",
    "libheif",
    "libhidapi",
    "libhunspell",
    "libice",
    "libimlib2",
    "libjack",
    "libkrb5",
    "libldap",
    "libmagic-",
    "libmagick",
    "libmariadb",
    "libmpv",
    "libmysqlclient",
    "libncurses",
    "libnl-",
    "libnss3",
    "libopenal",
    "libopencv",
    "libopenni",
    "libopenmpi",
    "libpam0g",
    "libpango1.0",
    "libpci-",
    "libperl",
    "libpoppler",
    "libproj",
    "libpulse",
    "libpython3",
    "python3-dev",
    "libreadline",
    "librsvg2",
    "libruby",
    "libsane",
    "libsasl2",
    "libsdl2",
    "libsensors",
    "libsm-",
    "libsnmp",
    "libsoup",
    "libssh-",
    "libswscale",
    "libtbb",
    "libtesseract",
    "libudev",
    "libv4l",
    "libva-",
    "libvips",
    "libvlc",
    "libvulkan",
    "libwebkit",
    "libwmf",
    "libx11",
    "libxcb",
    "libxcursor",
    "libxext",
    "libxfixes",
    "libxft",
    "libxi-",
    "libxinerama",
    "libxkbcommon",
    "libxmlsec1",
    "libxpm",
    "libxrandr",
    "libxrender",
    "libxt",
    "ocl-icd",
    "portaudio",
    "qt6-base",
    "qtbase5",
    "r-base",
    "tcl",
    "tk-",
    "tk8",
    "unixodbc",
];

/// Calls of C that open libraries, character sets, descriptions of terminals, lists of users or certificates by their names, or start a
/// shell (dlopen(3), iconv_open(3), terminfo(5), getpwnam(3), wordexp(3)); glibc loads libgcc_s for the end of a thread and for traces
/// (pthread_exit(3), backtrace(3)). Interpreters, toolkits, sound cards and providers of OpenSSL do so as well, by their documentation.
pub(super) const OPENING: &[&str] = &[
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
    "backtrace",
    "cairo_select_font_face",
    "cairo_show_text",
    "cairo_toy_font_face_create",
    "dlmopen",
    "dlopen",
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
    "gtk_application_new",
    "gtk_init",
    "iconv_open",
    "initgroups",
    "initscr",
    "newterm",
    "pci_lookup_name",
    "pthread_cancel",
    "pthread_exit",
    "ruby_init",
    "ruby_setup",
    "scm_init_guile",
    "scm_with_guile",
    "set_default_verify_paths",
    "setupterm",
    "snd_ctl_open",
    "snd_mixer_open",
    "snd_pcm_open",
    "tgetent",
    "thrd_exit",
    "wordexp",
];

/// Those that look for certificates where the package of a program of OpenSSL has them.
pub(super) const OF_CERTIFICATES: &[&str] = &[
    "SSL_CTX_set_default_verify_paths",
    "X509_STORE_set_default_paths",
    "X509_get_default_cert_dir",
    "X509_get_default_cert_file",
    "set_default_verify_paths",
];

/// Whether a source of C asks GIO for the type of a file: shared-mime-info lists them, which no other package requires ("GContentType").
pub(super) fn speaks_of_types(text: &str) -> bool {
    let words = "g_content_type_ Gio::content_type_ info_get_content_type g_app_info_get_ STANDARD_CONTENT_TYPE standard::content-type";
    words.split(' ').any(|word| text.contains(word))
}

/// Whether the libraries behind a package of headers open files by their names, which nothing collects.
pub(super) fn opens_files(headers: &str) -> bool {
    MORE.iter().any(|start| headers.starts_with(start))
}

/// Whether the loader shows all that the libraries behind a package of headers open. Boost does but for its parts for languages,
/// processes of others and Python.
pub(super) fn shows_all_it_loads(headers: &str) -> bool {
    let name = headers.trim_end_matches("-dev");
    match name.strip_prefix("libboost") {
        Some(part) => !["locale", "mpi", "python"].iter().any(|other| part.contains(other)),
        None => ALONE.contains(&name),
    }
}

impl Runtime<'_, '_> {
    /// Whether a file of the project asks for a part of Boost that opens files by their names, or what it asks for is not known.
    pub(super) fn speaks_of_modules(&self) -> bool {
        let Some(context) = self.context else { return true };
        let parts = ["dll", "locale", "python"];
        context.entries().filter_map(|(path, _)| context.text(path)).any(|text| {
            parts.iter().any(|part| {
                text.contains(&format!("boost/{part}")) || text.contains(&format!("boost_{part}"))
            })
        })
    }

    /// The name by which the build asks for a library that is not whole without files of its package: descriptions of terminals, formats of
    /// pictures, plug-ins of clients.
    pub(super) fn links_what_opens(&self) -> Option<&'static str> {
        const NAMES: &[&str] = &[
            "magick",
            "mysqlclient",
            "mysql_config",
            "mariadb",
            "gssapi",
            "krb5",
            "curses",
            "tinfo",
            "readline",
            "-ledit",
            "fontconfig",
            "gdk-pixbuf",
            "gio-2",
            "gio-unix",
            "-lgio",
            "giomm",
            "heif",
            "pango",
            "rsvg",
        ];
        let mut texts: Vec<String> = Vec::new();
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                texts.extend(call.words.iter().map(|word| word.to_ascii_lowercase()));
            }
        });
        for (path, _) in self.context.into_iter().flat_map(|context| context.entries()) {
            let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            let rules = ["makefile", "configure", "cmake", "meson.build", "cargo."];
            let rules = rules.iter().any(|part| name.contains(part))
                || [".mk", ".sh", ".rs"].iter().any(|end| name.ends_with(end));
            if let Some(text) =
                self.context.and_then(|context| context.text(path)).filter(|_| rules)
            {
                texts.push(text.to_ascii_lowercase());
            }
        }
        let named = NAMES.iter().copied().find(|name| texts.iter().any(|text| text.contains(name)));
        named.or_else(|| self.includes_what_opens())
    }

    /// The library of that kind whose headers a source includes.
    fn includes_what_opens(&self) -> Option<&'static str> {
        const HEADERS: &[(&str, &str)] = &[
            ("<fontconfig/", "fontconfig"),
            ("<gdk-pixbuf/", "gdk-pixbuf"),
            ("<gio/", "gio"),
            ("<giomm", "giomm"),
            ("<libheif/", "libheif"),
            ("<librsvg/", "librsvg"),
            ("<pango/", "pango"),
        ];
        let context = self.context?;
        let texts: Vec<&str> = context
            .entries()
            .filter(|(path, _)| is_of_c(path.rsplit('/').next().unwrap_or(path)))
            .filter_map(|(path, _)| context.text(path))
            .collect();
        let includes = |header: &str| {
            texts.iter().flat_map(|text| text.lines()).any(|line| {
                let line = line.replace(char::is_whitespace, "");
                line.starts_with("#include") && line.contains(header)
            })
        };
        HEADERS.iter().find(|(header, _)| includes(header)).map(|(_, name)| *name)
    }
}

/// Whether a source of C takes what starts programs, or loads libraries, for a value or another name, or asks the kernel for it.
pub(super) fn gives_away(text: &str) -> bool {
    const FUNCTIONS: &str = " dlopen execl execle execlp execv execve execvp execvpe fexecve popen posix_spawn posix_spawnp system ";
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.lines().map(str::trim).any(|line| {
        if line.starts_with("//") || line.starts_with("/*") || line.starts_with('*') {
            return false;
        }
        let known = |word: &str| FUNCTIONS.contains(&format!(" {word} "));
        let macros = line.starts_with('#') && line.contains("define");
        let last = line.rsplit(|c| !is_part(c)).next().unwrap_or_default();
        let mut values = line.split('=').skip(1).map(|it| it.trim_start().trim_start_matches('&'));
        let value = values.any(|it| {
            let it = it.trim_start();
            let (word, rest) = it.split_at(it.find(|c| !is_part(c)).unwrap_or(it.len()));
            known(word) && rest.trim_start().starts_with([';', ',', '}'])
        });
        line.contains("SYS_execve") || macros && known(last) || value
    })
}

/// Whether a call of a function gets something else than a text between quotes as its first argument.
pub(super) fn hands_value(text: &str, function: &str) -> bool {
    let call = format!("{function}(");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['*', '/']));
    lines.map(|line| line.replace(&format!("{function} ("), &call)).any(|line| {
        let mut parts = line.split(&call);
        let mut before = parts.next().unwrap_or_default().to_owned();
        parts.any(|rest| {
            let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let quiet = before.contains("//");
            before = rest.to_owned();
            let first = rest.trim_start();
            let declared = ["\"", ")", "const "].iter().any(|start| first.starts_with(start));
            whole && !quiet && !declared && !first.is_empty()
        })
    })
}

impl Runtime<'_, '_> {
    /// Whether a source of C asks for a locale by a name, and it or a variable tells one that lies in files.
    pub(super) fn asks_for_locale(&self, text: &str) -> bool {
        let asks = ["setlocale(", "newlocale(", "std::locale(", "locale::global"];
        let mut told = self
            .old
            .configuration
            .environment
            .iter()
            .filter(|(name, _)| name.as_str() == "LANG" || name.starts_with("LC_"));
        let told = told.any(|(_, value)| !["", "C", "POSIX"].contains(&value.trim_matches('"')));
        asks.into_iter().any(|call| text.contains(call))
            && (told || text.contains("UTF-8") || text.contains("utf8"))
    }
}

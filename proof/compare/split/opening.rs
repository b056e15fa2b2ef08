//! Libraries that open files by their names, which no loader tells of.

use super::runtime::Runtime;
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
const OPENING: &[&str] = &[
    "default-libmysqlclient",
    "freeglut",
    "graphviz",
    "guile-",
    "libarchive",
    "libasound2",
    "libavcodec",
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
    "libgeotiff",
    "libgl1",
    "libgles2",
    "libglfw",
    "libglu1",
    "libgnutls",
    "libgphoto2",
    "libgraphviz",
    "libgs-",
    "libgstreamer",
    "libgtk",
    "libhidapi",
    "libhunspell",
    "libice",
    "libjack",
    "libkrb5",
    "libldap",
    "libmagic-",
    "libmagick",
    "libmariadb",
    "libmysqlclient",
    "libncurses",
    "libnl-",
    "libnss3",
    "libopenal",
    "libopenmpi",
    "libpam0g",
    "libpango1.0",
    "libpci-",
    "libperl",
    "libpoppler",
    "libproj",
    "libpulse",
    "libpython3",
    "libreadline",
    "libruby",
    "libsane",
    "libsasl2",
    "libsdl2",
    "libsensors",
    "libsm-",
    "libsnmp",
    "libssh-",
    "libswscale",
    "libtbb",
    "libtesseract",
    "libudev",
    "libv4l",
    "libva-",
    "libvips",
    "libvulkan",
    "libwebkit",
    "libx11",
    "libxcb",
    "libxcursor",
    "libxext",
    "libxfixes",
    "libxft",
    "libxi-",
    "libxinerama",
    "libxkbcommon",
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

/// Whether the libraries behind a package of headers open files by their names, which nothing collects.
pub(super) fn opens_files(headers: &str) -> bool {
    OPENING.iter().any(|start| headers.starts_with(start))
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
        NAMES.iter().copied().find(|name| texts.iter().any(|text| text.contains(name)))
    }
}

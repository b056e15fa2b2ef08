//! Packages of npm: which of them compile, or need programs or libraries of the system, and what Node has itself.

use dockslim_contract::BuildContext;

/// Packages whose install scripts compile nothing: they print, fetch one file for the machine, or are for another system.
pub(crate) const HARMLESS_SCRIPTS: [&str; 16] = [
    "@apollo/protobufjs",
    "@nestjs/core",
    "@parcel/watcher",
    "@swc/core",
    "core-js",
    "core-js-bundle",
    "core-js-pure",
    "es5-ext",
    "esbuild",
    "fsevents",
    "husky",
    "nodemon",
    "protobufjs",
    "styled-components",
    "unrs-resolver",
    "vue-demi",
];
/// What packages that compile are made with.
pub(crate) const BUILDERS_OF_ADDONS: [&str; 9] = [
    "@mapbox/node-pre-gyp",
    "bindings",
    "cmake-js",
    "nan",
    "node-addon-api",
    "node-gyp",
    "node-gyp-build",
    "node-pre-gyp",
    "prebuild-install",
];
/// Packages that compile, or need programs or libraries of the system.
pub(crate) const NEEDY_PACKAGES: [&str; 31] = [
    "@prisma/client",
    "@prisma/engines",
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "bower",
    "bufferutil",
    "canvas",
    "deasync",
    "gm",
    "grpc",
    "highcharts-export-server",
    "html-pdf",
    "imagemagick",
    "karma-phantomjs-launcher",
    "kerberos",
    "leveldown",
    "libxmljs",
    "node-sass",
    "nodegit",
    "phantom",
    "phantomjs",
    "phantomjs-prebuilt",
    "playwright",
    "prisma",
    "puppeteer",
    "re2",
    "serialport",
    "sharp",
    "sqlite3",
    "webshot",
];
/// Those among them that are linked with the libraries of C and C++ alone, since they bring the sources of all others (their
/// `binding.gyp`), and those of the same kind.
pub(crate) const COMPILED_ALONE: [&str; 22] = [
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "bigint-buffer",
    "bufferutil",
    "cpu-features",
    "deasync",
    "farmhash",
    "heapdump",
    "iltorb",
    "integer",
    "leveldown",
    "microtime",
    "node-expat",
    "re2",
    "serialport",
    "sharp",
    "snappy",
    "sodium-native",
    "sqlite3",
    "utf-8-validate",
    "zeromq",
];
/// Others that an install compiles, as they bring no file for Linux that is ready (their `binding.gyp` and what npm's archive holds).
pub(crate) const COMPILED_HERE: [&str; 21] = [
    "cpu-features",
    "epoll",
    "fibers",
    "heapdump",
    "i2c-bus",
    "iconv",
    "integer",
    "isolated-vm",
    "libpq",
    "libxmljs2",
    "mmmagic",
    "modern-syslog",
    "node-expat",
    "node-pty",
    "odbc",
    "pg-native",
    "pkcs11js",
    "posix",
    "robotjs",
    "unix-dgram",
    "xxhash-addon",
];
/// Signs that packages which bring the sources of their libraries are told to use those of the system (node-sqlite3, "Building for
/// sqlcipher" and "Custom builds"; sharp, "Custom libvips"; node-pre-gyp, `--build-from-source`).
pub(crate) const OF_SYSTEM_LIBRARIES: [&str; 7] = [
    "build-from-source",
    "build_from_source",
    "--sqlite",
    "sqlite=",
    "config_sqlite",
    "FORCE_GLOBAL_LIBVIPS",
    "sqlite_libname",
];
/// Packages that start programs of the system by their names, or open its libraries, with the package of Debian that brings what they
/// call; none where that may be anything (their pages and sources).
pub(crate) const STARTING_PACKAGES: [(&str, &str); 55] = [
    ("@napi-rs/canvas", "fontconfig"),
    ("@npmcli/git", "git"),
    ("@resvg/resvg-js", "fontconfig"),
    ("concurrently", "procps"),
    ("cross-zip", "unzip"),
    ("curlrequest", "curl"),
    ("dist-exiftool", "perl"),
    ("download-git-repo", "git"),
    ("easyimage", "imagemagick"),
    ("exiftool-vendored", "perl"),
    ("exiftool-vendored.pl", "perl"),
    ("ffi-napi", ""),
    ("find-process", "procps"),
    ("fkill", "procps"),
    ("git-clone", "git"),
    ("forever", "procps"),
    ("forever-monitor", "procps"),
    ("git-describe", "git"),
    ("git-last-commit", "git"),
    ("gitlog", "git"),
    ("gulp-git", "git"),
    ("highcharts-export-server", ""),
    ("html-pdf", "fontconfig"),
    ("imagemagick-cli", "imagemagick"),
    ("koffi", ""),
    ("node-imagemagick", "imagemagick"),
    ("node-openssl-cert", "openssl"),
    ("npm-run-all", "procps"),
    ("npm-run-all2", "procps"),
    ("openssl-nodejs", "openssl"),
    ("pdf-image", "imagemagick"),
    ("pem", "openssl"),
    ("phantomjs", "fontconfig"),
    ("phantomjs-prebuilt", "fontconfig"),
    ("pidtree", "procps"),
    ("pidusage-tree", "procps"),
    ("playwright", ""),
    ("pm2", "procps"),
    ("process-exists", "procps"),
    ("ps-list", "procps"),
    ("ps-node", "procps"),
    ("ps-tree", "procps"),
    ("puppeteer", ""),
    ("python-shell", "python3"),
    ("pythonia", "python3"),
    ("simple-git", "git"),
    ("skia-canvas", "fontconfig"),
    ("systeminformation", "procps"),
    ("textract", "unzip"),
    ("terminate", "procps"),
    ("tree-kill", "procps"),
    ("youtube-dl-exec", "python3"),
    ("yt-dlp-wrap", "python3"),
    ("ytdlp-nodejs", "python3"),
    ("zerorpc", "python3"),
];
/// What sharp needs where it draws letters: in pictures of SVG, or as an input of text (its documentation, "Constructor").
pub(crate) const DRAWING_LETTERS: (&str, &str) = ("sharp", "fontconfig");

/// Whether a project's files have letters drawn by sharp.
pub(crate) fn draws_letters(context: &BuildContext) -> bool {
    const ENDS: [&str; 10] =
        [".cjs", ".ejs", ".hbs", ".html", ".js", ".jsx", ".mjs", ".svg", ".ts", ".tsx"];
    let own = context.entries().map(|(path, _)| path).filter(|path| {
        ENDS.iter().any(|end| path.ends_with(end)) && !path.contains("node_modules/")
    });
    own.filter_map(|path| context.text(path))
        .any(|text| text.contains("<text") || text.contains("sharp") && text.contains("text:"))
}

/// The name of a package without the version that is asked for.
pub(crate) fn without_version(word: &str) -> &str {
    let mut signs = word.char_indices().skip(1);
    signs.find(|(_, c)| *c == '@').map_or(word, |(at, _)| &word[..at])
}

/// Programs for the command line that are JavaScript alone.
pub(crate) const PLAIN_TOOLS: [&str; 33] = [
    "@angular/cli",
    "@nestjs/cli",
    "browserify",
    "coffee-script",
    "concurrently",
    "corepack",
    "cross-env",
    "eslint",
    "express",
    "express-generator",
    "forever",
    "grunt",
    "grunt-cli",
    "gulp",
    "gulp-cli",
    "http-server",
    "json-server",
    "lerna",
    "lodash",
    "mocha",
    "nodemon",
    "npm",
    "pm2",
    "pnpm",
    "prettier",
    "react-scripts",
    "rimraf",
    "serve",
    "ts-node",
    "typescript",
    "vite",
    "webpack-cli",
    "yarn",
];
/// Programs that are called by another name than that of their package.
pub(crate) const PROGRAMS_OF_PACKAGES: [(&str, &str); 6] = [
    ("nest", "@nestjs/cli"),
    ("ng", "@angular/cli"),
    ("ngcc", "@angular/compiler-cli"),
    ("tsc", "typescript"),
    ("vue-cli-service", "@vue/cli-service"),
    ("webpack", "webpack-cli"),
];
/// The modules of Node itself (<https://nodejs.org/api/module.html#modulebuiltinmodules>).
pub(crate) const NODE_MODULES: [&str; 42] = [
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Whether all versions in a range bring what they need for the machine as packages of their own, and compile nothing: sharp since 0.33
/// (sharp.pixelplumbing.com, "Installation", and its changelog).
pub(crate) fn brings_libraries(name: &str, range: &str) -> bool {
    let minor = range.trim_start_matches(['^', '~', '=']).strip_prefix("0.");
    let minor = minor.and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    name == "sharp" && minor.is_some_and(|minor| minor >= 33)
}

//! Packages of npm that start programs of the system, or open its libraries by their names (their pages and sources).

use dockslim_contract::BuildContext;

/// A package of npm, the program that it starts, and the package of Debian that brings that; neither where it may be any.
pub(super) const STARTING: &[(&str, &str, &str)] = &[
    ("@napi-rs/canvas", "fc-list", "fontconfig"),
    ("@npmcli/git", "git", "git"),
    ("@resvg/resvg-js", "fc-list", "fontconfig"),
    ("concurrently", "ps", "procps"),
    ("cross-zip", "unzip", "unzip"),
    ("curlrequest", "curl", "curl"),
    ("dist-exiftool", "perl", "perl"),
    ("download-git-repo", "git", "git"),
    ("easyimage", "convert", "imagemagick"),
    ("exiftool-vendored", "perl", "perl"),
    ("exiftool-vendored.pl", "perl", "perl"),
    ("ffi-napi", "", ""),
    ("find-process", "ps", "procps"),
    ("fkill", "ps", "procps"),
    ("git-clone", "git", "git"),
    ("forever", "ps", "procps"),
    ("forever-monitor", "ps", "procps"),
    ("git-describe", "git", "git"),
    ("git-last-commit", "git", "git"),
    ("gitlog", "git", "git"),
    ("gulp-git", "git", "git"),
    ("highcharts-export-server", "", ""),
    ("html-pdf", "fc-list", "fontconfig"),
    ("imagemagick-cli", "convert", "imagemagick"),
    ("koffi", "", ""),
    ("node-imagemagick", "convert", "imagemagick"),
    ("node-openssl-cert", "openssl", "openssl"),
    ("npm-run-all", "ps", "procps"),
    ("npm-run-all2", "ps", "procps"),
    ("openssl-nodejs", "openssl", "openssl"),
    ("pdf-image", "convert", "imagemagick"),
    ("pem", "openssl", "openssl"),
    ("phantomjs", "fc-list", "fontconfig"),
    ("phantomjs-prebuilt", "fc-list", "fontconfig"),
    ("pidtree", "ps", "procps"),
    ("pidusage-tree", "ps", "procps"),
    ("playwright", "", ""),
    ("pm2", "ps", "procps"),
    ("process-exists", "ps", "procps"),
    ("ps-list", "ps", "procps"),
    ("ps-node", "ps", "procps"),
    ("ps-tree", "ps", "procps"),
    ("puppeteer", "", ""),
    ("python-shell", "python3", "python3"),
    ("pythonia", "python3", "python3"),
    ("simple-git", "git", "git"),
    ("skia-canvas", "fc-list", "fontconfig"),
    ("systeminformation", "ps", "procps"),
    ("textract", "unzip", "unzip"),
    ("terminate", "ps", "procps"),
    ("tree-kill", "ps", "procps"),
    ("youtube-dl-exec", "python3", "python3"),
    ("yt-dlp-wrap", "python3", "python3"),
    ("ytdlp-nodejs", "python3", "python3"),
    ("zerorpc", "python3", "python3"),
];

/// sharp, if a page, a picture or a source of the project gives it letters to draw (its documentation, "Constructor").
pub(super) fn drawing(
    context: Option<&BuildContext>,
) -> Option<(&'static str, &'static str, &'static str)> {
    let mut files = context?.entries().filter(|(path, _)| !path.contains("node_modules/"));
    let found = files.any(|(path, _)| {
        let end = path.rsplit('.').next().unwrap_or_default();
        let script = ["cjs", "js", "jsx", "mjs", "ts", "tsx"].contains(&end);
        let text = context.and_then(|context| context.text(path)).unwrap_or_default();
        let told = script && text.contains("sharp") && text.contains("text:");
        told || (script || ["ejs", "hbs", "html", "svg"].contains(&end)) && text.contains("<text")
    });
    found.then_some(("sharp", "fc-list", "fontconfig"))
}

/// Whether a package is one that calls `ps`, which anything that runs others may ask for.
pub(super) fn asks_for_processes(name: &str) -> bool {
    STARTING.iter().any(|(one, program, _)| *one == name && *program == "ps")
}

//! Files that servers written in Python hand out, and whose types Python looks up in the list of the system, which slim images lack.

use super::files::name_of;

/// What stands in a source that serves files by their types (Flask, "send_file"; Starlette, "Static Files"; aiohttp, "Static file handling";
/// Bottle, "static_file"; Tornado, "StaticFileHandler"; Django, "django.views.static"; Python, "http.server").
const SERVES: &[&str] = &[
    "Flask(",
    "FileResponse(",
    "SimpleHTTPRequestHandler",
    "StaticFileHandler",
    "StaticFiles(",
    "add_static(",
    "django.views.static",
    "send_file(",
    "send_from_directory(",
    "static_file(",
    "web.static(",
];
/// Ends of files that Debian's list has (package media-types), and Python's own has not in every version (Python, "mimetypes").
const LISTED: &[&str] = &[
    ".docx", ".eot", ".epub", ".flac", ".jar", ".m4a", ".md", ".odp", ".ods", ".odt", ".oga",
    ".ogg", ".ogv", ".otf", ".pptx", ".ttf", ".webp", ".woff", ".woff2", ".xlsx",
];
/// Folders of what nobody serves.
const ASIDE: &[&str] =
    &[".git", ".github", "doc", "docs", "examples", "node_modules", "test", "tests"];

/// Those among them that are handed files one by one, which a program may make or be given when it runs.
const SERVES_ANY: &[&str] = &[
    "FileResponse",
    "SimpleHTTPRequestHandler",
    "StaticFileHandler",
    "send_file(",
    "send_from_directory(",
    "static_file(",
];
/// Those that serve a folder that a call names.
const SERVES_FOLDER: &[&str] = &["StaticFiles(", "add_static("];

/// Whether a source of Python serves files.
fn serves(path: &str, text: &str) -> bool {
    path.ends_with(".py") && SERVES.iter().any(|sign| text.contains(sign))
}

/// Whether a source of Python serves files that nobody can list: single ones, or those of a folder that the project does not have.
fn serves_more(path: &str, text: &str, all: &[&str]) -> bool {
    let elsewhere = |call: &str| {
        let given = call.split(')').next().unwrap_or_default();
        let quoted = given.split(['"', '\'']).skip(1).step_by(2);
        // aiohttp is told first where in its addresses the folder stands.
        let folder = quoted.filter(|text| !text.is_empty()).last().unwrap_or_default();
        let name = name_of(folder.trim_end_matches('/'));
        name.is_empty()
            || !all.iter().any(|path| path.split('/').rev().skip(1).any(|one| one == name))
    };
    path.ends_with(".py")
        && (SERVES_ANY.iter().any(|sign| text.contains(sign))
            || SERVES_FOLDER.iter().any(|sign| text.split(sign).skip(1).any(elsewhere)))
}

/// Whether a command starts the server of files of Python.
fn starts(text: &str) -> bool {
    let spoken = |c: char| c == '"' || c == '\'' || c == ',';
    text.match_indices("http.server").any(|(at, _)| {
        let before = text[..at].trim_end_matches(|c: char| spoken(c) || c.is_whitespace());
        before.ends_with("-m")
    })
}

/// Whether a file of the project has a type that Python knows from the list alone; what tells of the project itself is not served.
fn is_listed(path: &str) -> bool {
    let name = name_of(path);
    let notes =
        name.ends_with(".md") && !name[..name.len() - 3].contains(|c: char| c.is_lowercase());
    LISTED.iter().any(|end| name.ends_with(end))
        && !notes
        && !path.split('/').any(|part| ASIDE.contains(&part))
}

/// Whether one of the sources, by their paths and texts, or one of the commands serves files, and one of all paths is listed, or other
/// files may be served than those.
pub(super) fn asked<'t>(
    mut sources: impl Iterator<Item = (&'t str, &'t str)>,
    mut commands: impl Iterator<Item = &'t str>,
    paths: impl Iterator<Item = &'t str>,
) -> bool {
    let paths: Vec<&str> = paths.collect();
    let listed = paths.iter().any(|path| is_listed(path));
    // A server of pages that the project does not have serves what a build makes.
    let pages = paths.iter().any(|path| path.ends_with(".html") || path.ends_with(".htm"));
    commands.any(|text| starts(text) && (listed || !pages))
        || sources
            .any(|(path, text)| listed && serves(path, text) || serves_more(path, text, &paths))
}

/// Whether a package brings the list.
pub(super) fn lists(package: &str) -> bool {
    matches!(package, "media-types" | "mime-support")
}

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

/// Whether a source of Python serves files.
fn serves(path: &str, text: &str) -> bool {
    path.ends_with(".py") && SERVES.iter().any(|sign| text.contains(sign))
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

/// Whether one of the sources, by their paths and texts, or one of the commands serves files, and one of all paths is listed.
pub(super) fn asked<'t>(
    mut sources: impl Iterator<Item = (&'t str, &'t str)>,
    mut commands: impl Iterator<Item = &'t str>,
    mut paths: impl Iterator<Item = &'t str>,
) -> bool {
    paths.any(is_listed) && (sources.any(|(path, text)| serves(path, text)) || commands.any(starts))
}

/// Whether a package brings the list.
pub(super) fn lists(package: &str) -> bool {
    matches!(package, "media-types" | "mime-support")
}

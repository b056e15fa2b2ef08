//! Files that a program of Python serves: it tells browsers their types, which it finds by a list of the system (Python, "mimetypes").

/// Classes and calls that serve files: those of Flask, Starlette, aiohttp, Bottle, Tornado, Django and Python itself.
const SERVERS: &str = "Flask( FileResponse( SimpleHTTPRequestHandler StaticFileHandler StaticFiles( add_static( django.views.static send_file( send_from_directory( static_file( web.static(";
/// Ends of names that media-types lists and Python's own tables lack, at least those of some versions.
const ENDS: &str =
    " docx eot epub flac jar m4a md odp ods odt oga ogg ogv otf pptx ttf webp woff woff2 xlsx ";
/// Folders that are not served.
const NEVER: &str = " .git .github doc docs examples node_modules test tests ";

/// Whether a source hands out files.
pub(super) fn hands_out(path: &str, text: &str) -> bool {
    path.ends_with(".py") && SERVERS.split(' ').any(|sign| text.contains(sign))
}

/// Whether a source hands out files that no list of the project can hold: such as it makes, is given, or finds outside of the project.
pub(super) fn hands_out_others(path: &str, text: &str) -> bool {
    const SINGLE: &[&str] = &[
        "FileResponse",
        "SimpleHTTPRequestHandler",
        "StaticFileHandler",
        "send_file(",
        "send_from_directory(",
        "static_file(",
    ];
    let outside = |sign: &str| {
        text.split(sign).skip(1).any(|rest| {
            let call = rest.split(')').next().unwrap_or(rest);
            let of_system = ["directory=\"/", "directory='/", ", \"/", ", '/"];
            of_system.iter().any(|start| call.contains(start))
        })
    };
    path.ends_with(".py")
        && (SINGLE.iter().any(|sign| text.contains(sign))
            || ["StaticFiles(", "add_static("].iter().any(|sign| outside(sign)))
}

/// Whether a command starts the server of files of Python.
pub(super) fn is_started(text: &str) -> bool {
    let bare = text.replace(['"', '\'', ',', '[', ']'], " ");
    let words: Vec<&str> = bare.split_whitespace().collect();
    words.windows(2).any(|two| two == ["-m", "http.server"])
}

/// Whether a file is a page for browsers.
pub(super) fn is_page(path: &str) -> bool {
    [".html", ".htm"].iter().any(|end| path.ends_with(end))
}

/// Whether one of these paths may be served, and only the list of the system says what it is. Notes about the project in capitals are not.
pub(super) fn is_any_listed<'p>(mut paths: impl Iterator<Item = &'p str>) -> bool {
    paths.any(|path| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some((stem, end)) = name.rsplit_once('.') else { return false };
        let notes = end == "md" && stem == stem.to_uppercase();
        !notes
            && ENDS.contains(&format!(" {end} "))
            && !folder.split('/').any(|part| NEVER.contains(&format!(" {part} ")))
    })
}

//! Paths of the image.

/// An absolute path without `.`, doubled and trailing slashes; `None` if a variable, a pattern or `..`
/// is in it, or if it is relative and `folder` is not known.
pub(crate) fn absolute(path: &str, folder: Option<&str>) -> Option<String> {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", folder?) };
    let odd = |c: char| c.is_whitespace() || "$*?[]\\\"'`~".contains(c);
    if !whole.starts_with('/') || whole.contains(odd) {
        return None;
    }
    let names: Vec<&str> =
        whole.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    (!names.contains(&"..")).then(|| format!("/{}", names.join("/")))
}

/// Whether `path` is `folder` or lies in it; both are absolute.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder == "/"
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder above an absolute path.
pub(crate) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

/// A path in a folder.
pub(crate) fn below(folder: &str, path: &str) -> String {
    format!("{}/{path}", folder.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_absolute() {
        assert_eq!(absolute("./a//b/", Some("/x")).as_deref(), Some("/x/a/b"));
        assert_eq!(absolute(".", Some("/x/")).as_deref(), Some("/x"));
        assert_eq!(absolute("/", None).as_deref(), Some("/"));
        for unknown in ["a", "/a/../b", "/$A", "/a*", "~/a"] {
            assert_eq!(absolute(unknown, None), None, "{unknown}");
        }
        assert!(is_within("/a/b", "/a") && is_within("/a", "/a") && !is_within("/ab", "/a"));
        assert_eq!((parent("/a/b"), parent("/a")), ("/a", "/"));
    }
}

//! What Python's own server of files is told: the folder that it serves.
//!
//! Source: Python, "http.server", its command line.

use super::servers::{Named, Told};

/// The words behind the interpreter that start it.
pub(super) const FIRST: &[&str] = &["-m", "http.server"];

/// `python -m http.server PORT --directory FOLDER`; where no folder is named, it serves the one in which it starts.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    let mut root = ".";
    let mut words = words.strip_prefix(FIRST)?.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(n, v)| (n, Some(v)));
        match name {
            "--directory" | "-d" => root = value.or_else(|| words.next().copied())?,
            "--bind" | "-b" | "--protocol" | "-p" => {
                value.or_else(|| words.next().copied())?;
            }
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => {}
            _ => return None,
        }
    }
    Some(Told { settings: None, root: Some(root.to_owned()) })
}

/// It has no settings, but for the list of types.
pub(super) fn read(_: &str, _: &mut Vec<Named>) -> Result<(), String> {
    Err("a list of types".to_owned())
}

#[cfg(test)]
mod tests {
    use super::told;

    fn root(words: &str) -> Option<String> {
        let words: Vec<&str> = words.split(' ').collect();
        told(&words)?.root
    }

    #[test]
    fn the_folder_is_named_or_the_one_in_which_it_starts() {
        assert_eq!(root("-m http.server 8000 --directory site").as_deref(), Some("site"));
        assert_eq!(root("-m http.server -b 0.0.0.0 --directory=/srv 80").as_deref(), Some("/srv"));
        assert_eq!(root("-m http.server").as_deref(), Some("."));
        assert_eq!(root("-m http.server --cgi"), None);
        assert_eq!(root("-m http.server --directory"), None);
        assert_eq!(root("app.py"), None);
    }
}

//! What slim images leave out: documentation, manual pages, translations.

use super::{Refusal, reasons};

/// Texts that show a use of what slim images leave out (debuerreotype, `.slimify-excludes`).
pub(super) const DOCUMENTATION: [&str; 5] = [
    "/usr/share/doc",
    "/usr/share/groff",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/man",
];

/// Programs, and packages of the same name, that are of no use without that.
pub(super) const READERS: [&str; 7] =
    ["groff", "info", "man", "man-db", "nroff", "texinfo", "troff"];

/// The folder of documentation that a text names.
pub(super) fn left_out(text: &str) -> Option<&'static str> {
    DOCUMENTATION.into_iter().find(|folder| text.contains(folder))
}

/// What slim images leave out: whoever names it uses it.
pub(super) fn documentation(text: &str, line: usize) -> Result<(), Refusal> {
    if let Some(folder) = left_out(text) {
        return Err((&reasons::DOCUMENTATION, format!("line {line} names {folder}")));
    }
    let language = ["LANG=", "LANG ", "LC_ALL=", "LC_ALL ", "LANGUAGE=", "LC_MESSAGES="]
        .iter()
        .find_map(|name| {
            let (_, value) = text.split_once(name)?;
            let value = value.trim_start_matches(['"', '\'']);
            let plain =
                ["C", "POSIX", "en", "$", "\""].iter().any(|known| value.starts_with(known));
            (!plain && !value.is_empty())
                .then(|| value.split_whitespace().next().unwrap_or(value).to_owned())
        });
    match language {
        Some(language) => {
            Err((&reasons::DOCUMENTATION, format!("line {line} asks for translations: {language}")))
        }
        None => Ok(()),
    }
}

//! Whether a Dockerfile is written by hand, or made from another file that should change instead.

mod generated;
mod template;

/// A sign that a file is not the place to make a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// The line of the sign, from 1.
    pub(crate) line: usize,
    /// What it says about the file and what to do, in lower case and without a full stop.
    pub(crate) message: String,
}

/// The first sign that `text` is a template, or generated; `None` for what a person writes.
pub(crate) fn foreign(text: &str) -> Option<Foreign> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = generated::notice(text) {
        let message = "says that it is generated; change what it is generated from".to_owned();
        return Some(Foreign { line, message });
    }
    template::mark(text).map(|mark| Foreign {
        line: mark.line,
        message: format!(
            "holds {}; run dockslim on the Dockerfile that is made from it",
            mark.what
        ),
    })
}

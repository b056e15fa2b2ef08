//! The colours of what is printed.

use anstyle::{AnsiColor, Style};

/// One style for each kind of text; without colours each of them is the empty style, which prints
/// nothing, so that nobody has to ask.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Palette {
    /// Whether anything is styled at all.
    pub(crate) coloured: bool,
    /// Titles, and the file names of a diff.
    pub(crate) heading: Style,
    /// The place of a hunk.
    pub(crate) hunk: Style,
    /// A line that goes.
    pub(crate) removed: Style,
    /// The words of such a line that differ.
    pub(crate) removed_word: Style,
    /// A line that comes.
    pub(crate) added: Style,
    /// The words of such a line that differ.
    pub(crate) added_word: Style,
    /// The name of a pass, or code.
    pub(crate) name: Style,
    /// A level, or something to look at.
    pub(crate) warning: Style,
    /// The word `error`.
    pub(crate) error: Style,
    /// What matters less.
    pub(crate) faint: Style,
}

impl Palette {
    /// The palette of a terminal.
    pub(crate) fn coloured() -> Self {
        let removed = AnsiColor::Red.on_default();
        let added = AnsiColor::Green.on_default();
        Self {
            coloured: true,
            heading: Style::new().bold(),
            hunk: AnsiColor::Cyan.on_default(),
            removed,
            removed_word: removed.bold().underline(),
            added,
            added_word: added.bold().underline(),
            name: AnsiColor::Cyan.on_default(),
            warning: AnsiColor::Yellow.on_default(),
            error: AnsiColor::Red.on_default().bold(),
            faint: Style::new().dimmed(),
        }
    }
}

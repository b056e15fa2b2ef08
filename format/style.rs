//! The few things about a layout that a project may choose, in its `.editorconfig`.

/// How a layout looks, where there is a choice at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// What one level of indentation is.
    pub indent: Indent,
    /// How many columns a line may have before a chain or a list in it is broken; `None` is as many as it likes.
    pub line_length: Option<usize>,
    /// The newline of the lines that are written; `None` is that of the file.
    pub newline: Option<&'static str>,
    /// Whether the last line gets a newline if it has none.
    pub final_newline: bool,
}

/// One level of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// So many spaces.
    Spaces(usize),
    /// A tab, which counts as so many columns.
    Tab(usize),
}

impl Default for Style {
    fn default() -> Self {
        Self {
            indent: Indent::Spaces(4),
            line_length: Some(100),
            newline: None,
            final_newline: true,
        }
    }
}

impl Style {
    /// The blanks in front of a line of this level.
    pub(crate) fn indentation(&self, level: usize) -> String {
        match self.indent {
            Indent::Spaces(width) => " ".repeat(level * width),
            Indent::Tab(_) => "\t".repeat(level),
        }
    }

    /// How many columns these are.
    pub(crate) fn width(&self, level: usize) -> usize {
        match self.indent {
            Indent::Spaces(width) | Indent::Tab(width) => level * width,
        }
    }
}

//! The shell inside a Dockerfile, parsed in place.
//!
//! The grammar is that of the POSIX Shell Command Language (section 2.10) with what bash adds to it;
//! what a POSIX shell would read differently is noted in [`Script::bashisms`]. What is not understood
//! makes the whole script [`Opaque`].

mod compound;
mod grammar;
mod outline;
mod tree;
mod words;

pub use outline::outline;
pub use tree::*;

use crate::cursor::Cursor;
use crate::{Heredoc, Leaf, LeafKind, Span};
use grammar::Reader;

impl Dialect {
    /// The dialect of a shell, by the path of its program.
    pub fn of_program(path: &str) -> Dialect {
        match path.rsplit('/').next().unwrap_or(path) {
            "sh" | "dash" | "ash" | "busybox" => Dialect::Posix,
            "bash" => Dialect::Bash,
            _ => Dialect::Foreign,
        }
    }
}

impl Script {
    /// Where reading stopped, a byte offset, and what its author is told of that; nothing of shells that are not read at all.
    pub(crate) fn complaint(&self) -> Option<(usize, String)> {
        let opaque = self.body.as_ref().err()?;
        let what = match self.dialect {
            Dialect::Posix => "the shell would not read this",
            // bash may read more than is known here.
            Dialect::Bash => "not understood, and left as it is",
            Dialect::Foreign => return None,
        };
        let at = opaque.at.clamp(self.span.start, self.span.end);
        Some((at, format!("{what}: {}", opaque.reason)))
    }
}

/// Whether a script is for a program that only Windows has, whatever its image is called.
fn is_of_windows(text: &str) -> bool {
    let word = text.split_ascii_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    matches!(word.strip_suffix(".exe").unwrap_or(&word), "powershell" | "cmd")
}

/// Reads all that the cursor has left as a script. `heredocs` are those that the builder found.
pub(crate) fn read(cursor: &mut Cursor<'_, '_>, dialect: Dialect, heredocs: &[Heredoc]) -> Script {
    let span = Span::new(cursor.position, cursor.end);
    let dialect = if is_of_windows(span.of(cursor.source)) { Dialect::Foreign } else { dialect };
    let mode = Mode::Instruction { heredocs };
    read_script(cursor, span, dialect, mode)
}

/// Reads the body of `RUN <<NAME` as a script and adds its leaves.
pub(crate) fn read_body(
    source: &str,
    heredoc: &Heredoc,
    dialect: Dialect,
    leaves: &mut Vec<Leaf>,
) -> Script {
    let mut cursor = Cursor::new(source, heredoc.body, &[], &[], leaves);
    let foreign = heredoc.body.of(source).starts_with("#!");
    let dialect = if foreign { Dialect::Foreign } else { dialect };
    read_script(&mut cursor, heredoc.body, dialect, Mode::Body)
}

/// Where a script stands.
#[derive(Clone, Copy)]
pub(crate) enum Mode<'h> {
    /// In the lines of an instruction, joined by the builder.
    Instruction { heredocs: &'h [Heredoc] },
    /// In the body of a here-document, with lines of its own.
    Body,
}

fn read_script(
    cursor: &mut Cursor<'_, '_>,
    span: Span,
    dialect: Dialect,
    mode: Mode<'_>,
) -> Script {
    let heredoc_body = matches!(mode, Mode::Body);
    let before = cursor.checkpoint();
    let mut reader = Reader::new(cursor, dialect, mode);
    let body = reader.script();
    let (mut comments, mut bashisms) = (reader.comments, reader.bashisms);
    if body.is_err() {
        comments.clear();
        bashisms.clear();
        cursor.rewind(before);
        opaque_leaves(cursor, heredoc_body);
    }
    Script { span, dialect, body, comments, bashisms, heredoc_body }
}

/// The leaves of a script that was not understood.
fn opaque_leaves(cursor: &mut Cursor<'_, '_>, heredoc_body: bool) {
    cursor.skip_rest(if heredoc_body { LeafKind::HeredocBody } else { LeafKind::Text });
}

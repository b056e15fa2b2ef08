//! The two streams of the program, with their colours.

use std::io::{self, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};

use super::Palette;
use crate::args::Color;
use crate::error::Error;

/// Standard output for results, standard error for everything that is said about them.
pub(crate) struct Output {
    results: Box<dyn Write>,
    remarks: Box<dyn Write>,
    closed: bool,
    /// The colours of standard output.
    pub(crate) palette: Palette,
    /// The colours of standard error.
    pub(crate) remark_palette: Palette,
}

impl Output {
    pub(crate) fn new(color: Color) -> Self {
        let (results, palette) = stream(io::stdout(), color, AutoStream::choice(&io::stdout()));
        let (remarks, remark_palette) =
            stream(io::stderr(), color, AutoStream::choice(&io::stderr()));
        Self { results, remarks, closed: false, palette, remark_palette }
    }

    /// Writes to standard output. Whoever reads it may stop early, as `head` does: what follows is
    /// then dropped, and that is no error.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Error> {
        if self.closed || text.is_empty() {
            return Ok(());
        }
        match self.results.write_all(text.as_bytes()).and_then(|()| self.results.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.closed = true,
            result => result.map_err(Error::Output)?,
        }
        Ok(())
    }

    /// Whether nobody reads standard output any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes to standard error. If that fails there is nobody left to tell.
    pub(crate) fn remark(&mut self, text: &str) {
        let _ = self.remarks.write_all(text.as_bytes());
    }

    /// Reports an error on standard error.
    pub(crate) fn error(&mut self, error: &Error) {
        let style = self.remark_palette.error;
        self.remark(&format!("{style}error{style:#}: {}\n", error.to_string().trim_end()));
    }

    /// Reports on standard error what the user may have meant otherwise.
    pub(crate) fn warning(&mut self, message: &str) {
        let style = self.remark_palette.warning;
        self.remark(&format!("{style}warning{style:#}: {message}\n"));
    }
}

/// Without colours the stream is left bare: a stream that takes styles away would take them from
/// the text of a diff too.
fn stream<S>(raw: S, color: Color, auto: ColorChoice) -> (Box<dyn Write>, Palette)
where
    S: anstream::stream::RawStream + anstream::stream::AsLockedWrite + 'static,
{
    let coloured = match color {
        Color::Auto => auto != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    if coloured {
        (Box::new(AutoStream::always(raw)), Palette::coloured())
    } else {
        (Box::new(raw), Palette::default())
    }
}

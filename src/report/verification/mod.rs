//! A verification as text, JSON, Markdown or a page.

mod html;
mod json;
mod markdown;
mod text;
mod words;

pub(crate) use words::differences;

use super::Palette;
use crate::args::VerifyFormat;
use crate::verify::Verification;

/// All that was found out, in the form that is asked for, with a newline at its end.
pub(crate) fn verification(
    found: &Verification,
    format: VerifyFormat,
    palette: &Palette,
) -> String {
    match format {
        VerifyFormat::Text => text::text(found, palette),
        VerifyFormat::Json => json::json(found),
        VerifyFormat::Markdown => markdown::markdown(found),
        VerifyFormat::Html => html::html(found),
    }
}

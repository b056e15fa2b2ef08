//! What `.editorconfig` says of the layout of a file.

use std::path::{self, Path};

use ec4rs::property::{EndOfLine, FinalNewline, IndentSize, IndentStyle, MaxLineLen, TabWidth};
use ec4rs::{Properties, properties_of};

use crate::layout::{Indent, Style};

/// The widest indentation that is taken for meant.
const WIDEST: usize = 16;

/// The style for the file at `path`, which need not exist: what the `.editorconfig` files above it say of indentation, line
/// length, newlines and the last of them; what they do not say is as in [`Style::default`].
///
/// # Errors
/// Says which file cannot be read, or which line of it.
pub(crate) fn style(path: &Path) -> Result<Style, String> {
    let path = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    properties_of(&path).map(|found| read(&found)).map_err(|error| error.to_string())
}

fn read(found: &Properties) -> Style {
    let mut style = Style::default();
    let tab = match found.get::<TabWidth>() {
        Ok(TabWidth::Value(width)) => Some(width),
        Err(_) => None,
    };
    let size = match found.get::<IndentSize>() {
        Ok(IndentSize::Value(width)) => Some(width),
        Ok(IndentSize::UseTabWidth) => tab,
        Err(_) => None,
    };
    let sound = |width: &usize| (1..=WIDEST).contains(width);
    match found.get::<IndentStyle>() {
        Ok(IndentStyle::Tabs) => {
            style.indent = Indent::Tab(tab.or(size).filter(sound).unwrap_or(4));
        }
        _ => style.indent = size.filter(sound).map_or(style.indent, Indent::Spaces),
    }
    match found.get::<MaxLineLen>() {
        Ok(MaxLineLen::Value(columns)) => style.line_length = Some(columns),
        Ok(MaxLineLen::Off) => style.line_length = None,
        Err(_) => {}
    }
    style.newline = match found.get::<EndOfLine>() {
        Ok(EndOfLine::Lf) => Some("\n"),
        Ok(EndOfLine::CrLf) => Some("\r\n"),
        _ => None,
    };
    style.final_newline = !matches!(found.get::<FinalNewline>(), Ok(FinalNewline::Value(false)));
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style_of(pairs: &[(&str, &str)]) -> Style {
        let mut properties = Properties::new();
        for (key, value) in pairs {
            properties.insert_raw_for_key(*key, (*value).to_owned());
        }
        read(&properties)
    }

    #[test]
    fn properties() {
        assert_eq!(style_of(&[]), Style::default());
        let tabs = style_of(&[("indent_style", "tab"), ("tab_width", "8")]);
        assert_eq!(tabs.indent, Indent::Tab(8));
        assert_eq!(style_of(&[("indent_size", "2")]).indent, Indent::Spaces(2));
        assert_eq!(style_of(&[("indent_size", "0")]).indent, Indent::Spaces(4));
        assert_eq!(style_of(&[("max_line_length", "off")]).line_length, None);
        assert_eq!(style_of(&[("max_line_length", "80")]).line_length, Some(80));
        assert_eq!(style_of(&[("end_of_line", "crlf")]).newline, Some("\r\n"));
        assert!(!style_of(&[("insert_final_newline", "false")]).final_newline);
    }
}

//! What `.editorconfig` says of the layout of a file.

use std::path::{self, Path, PathBuf};
use std::sync::Arc;

use ec4rs::property::{EndOfLine, FinalNewline, IndentSize, IndentStyle, MaxLineLen, TabWidth};
use ec4rs::{ConfigFiles, Properties, PropertiesSource, Section};

use crate::layout::{Indent, Style};
use crate::memo::Memo;

/// The widest indentation that is taken for meant.
const WIDEST: usize = 16;

/// The styles of a run. Each `.editorconfig` is read once for each folder below it.
#[derive(Default)]
pub(crate) struct Styles {
    /// By the folder of a file.
    found: Memo<PathBuf, Result<Arc<Vec<Rules>>, String>>,
}

/// What one `.editorconfig` says.
struct Rules {
    /// From where its patterns count.
    folder: PathBuf,
    sections: Vec<Section>,
}

impl Styles {
    /// The style of the file at `path`, or of one that messages call `name`: what the `.editorconfig` files above it say of indentation,
    /// line length, newlines and the last of them; what they do not say is as in [`Style::default`]. Where they cannot be read it
    /// is the usual one, and a remark says why.
    pub(crate) fn of(&self, path: Option<&Path>, name: &str) -> (Style, String) {
        match self.found(path.unwrap_or(Path::new(name))) {
            Ok(style) => (style, String::new()),
            Err(error) => {
                let remark =
                    format!("{name}: laid out in the usual style: .editorconfig: {error}\n");
                (Style::default(), remark)
            }
        }
    }

    fn found(&self, path: &Path) -> Result<Style, String> {
        let path = path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Some(folder) = path.parent() else { return Ok(Style::default()) };
        let rules = self.found.get(folder.to_owned(), || rules_for(&path))?;
        let mut properties = Properties::new();
        for Rules { folder, sections } in rules.iter() {
            let below = path.strip_prefix(folder).unwrap_or(&path);
            for section in sections {
                // A section has nothing that could fail.
                let _ = section.apply_to(&mut properties, below);
            }
        }
        Ok(read(&properties))
    }
}

/// What the files above `path` say, from the farthest to the nearest; an error says which of them cannot be read, or which line of it.
fn rules_for(path: &Path) -> Result<Arc<Vec<Rules>>, String> {
    let files = ConfigFiles::open(path, None::<&Path>).map_err(|error| error.to_string())?;
    let read = files.map(|mut file| {
        let sections: Result<Vec<Section>, _> = file.by_ref().collect();
        let sections = sections.map_err(|error| file.add_error_context(error).to_string())?;
        let folder = file.path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Rules { folder, sections })
    });
    Ok(Arc::new(read.collect::<Result<_, String>>()?))
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

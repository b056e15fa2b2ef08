//! What stands in a file of XML, by its text: without comments, its elements and their attributes.

/// A text of XML without its comments.
pub(super) fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("-->").map_or("", |(_, rest)| rest))
}

/// What stands inside the first element of a name.
pub(super) fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(inside, _)| inside)
}

/// The attributes of all elements of a name, each as it is written.
pub(super) fn elements<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let start = format!("<{name}");
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, behind) = rest.split_once(&start)?;
            rest = behind;
            if behind.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/') {
                return Some(behind.split('>').next().unwrap_or_default());
            }
        }
    })
}

/// The value of an attribute.
pub(super) fn attribute<'t>(element: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = element;
    loop {
        let (before, behind) = rest.split_once(name)?;
        let value = behind.trim_start().strip_prefix('=').map(str::trim_start);
        let starts = before.is_empty() || before.ends_with(char::is_whitespace);
        if let (true, Some(value)) = (starts, value) {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value[1..].split(quote).next();
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found() {
        let text =
            without_comments("<project><!-- <parent>x</parent> --><parent>y</parent></project>");
        assert_eq!(text, "<project><parent>y</parent></project>");
        assert_eq!(element(&text, "parent"), Some("y"));
        assert_eq!(element(&text, "module"), None);
    }

    #[test]
    fn attributes_are_found() {
        let text = "<adds a=\"no\"/><add\n key = 'x' SourceKey=\"z\" value=\"y\" />";
        let element = elements(text, "add").next().expect("there is one");
        assert_eq!(attribute(element, "key"), Some("x"));
        assert_eq!(attribute(element, "value"), Some("y"));
        assert_eq!(attribute(element, "Key"), None);
    }
}

//! Reads JSON manifests.

/// A value; what is neither text nor holds values is `Other`.
#[derive(Debug, PartialEq)]
pub(super) enum Json {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Text(String),
    Bool(bool),
    Other,
}

/// How deep values may nest.
const DEEPEST: usize = 64;

impl Json {
    /// Reads a whole text (RFC 8259); `None` if it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Json> {
        let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text) };
        let value = reader.value(0)?;
        reader.blanks();
        reader.rest.is_empty().then_some(value)
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.pairs().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Keys and values of an object.
    pub(super) fn pairs(&self) -> &[(String, Json)] {
        if let Json::Object(pairs) = self { pairs } else { &[] }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// All texts inside, at any depth.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Json::Text(text) => vec![text],
            Json::Array(values) => values.iter().flat_map(Json::texts).collect(),
            Json::Object(pairs) => pairs.iter().flat_map(|(_, value)| value.texts()).collect(),
            _ => Vec::new(),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.blanks();
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.blanks();
        if depth > DEEPEST {
            return None;
        }
        match self.rest.chars().next()? {
            '{' => {
                let mut pairs = Vec::new();
                self.list('{', '}', |this| {
                    let name = this.string()?;
                    this.sign(':')?;
                    pairs.push((name, this.value(depth + 1)?));
                    Some(())
                })?;
                Some(Json::Object(pairs))
            }
            '[' => {
                let mut values = Vec::new();
                self.list('[', ']', |this| {
                    values.push(this.value(depth + 1)?);
                    Some(())
                })?;
                Some(Json::Array(values))
            }
            '"' => self.string().map(Json::Text),
            _ => self.plain(),
        }
    }

    fn list(
        &mut self,
        open: char,
        close: char,
        mut element: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.sign(open)?;
        if self.sign(close).is_some() {
            return Some(());
        }
        loop {
            element(self)?;
            if self.sign(close).is_some() {
                return Some(());
            }
            self.sign(',')?;
        }
    }

    /// A number, or `true`, `false`, `null`.
    fn plain(&mut self) -> Option<Json> {
        let end = |c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c));
        let (word, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest;
        match word {
            "true" | "false" => Some(Json::Bool(word == "true")),
            "null" => Some(Json::Other),
            _ => word.parse::<f64>().ok().map(|_| Json::Other),
        }
    }

    fn string(&mut self) -> Option<String> {
        self.sign('"')?;
        let mut text = String::new();
        loop {
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            self.rest = chars.as_str();
            match c {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let code = u32::from_str_radix(self.rest.get(..4)?, 16).ok()?;
                self.rest = &self.rest[4..];
                // Halves of a pair name no path that matters here.
                char::from_u32(code).unwrap_or('\u{fffd}')
            }
            '"' | '\\' | '/' => c,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let json = Json::parse(r#" {"a": {"b": "c\u0041\n"}, "d": [1, true, null, -2.5e3, "e"]} "#);
        let json = json.expect("it is JSON");
        assert_eq!(json.get("a").and_then(|a| a.get("b")).and_then(Json::text), Some("cA\n"));
        assert_eq!(json.texts(), ["cA\n", "e"]);
        for bad in ["", "{", "{,}", "[1 2]", "\"a", "{\"a\" 1}", "tru", "[1,]", "{} x", "\"\\x\""] {
            assert_eq!(Json::parse(bad), None, "{bad}");
        }
        assert_eq!(Json::parse(&"[".repeat(100_000)), None);
    }
}

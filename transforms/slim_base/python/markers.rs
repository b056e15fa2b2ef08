//! Markers of requirements: on which systems, and for which versions of Python, a package is wanted.
//!
//! <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>

/// A token of a marker: a word of the language, or a quoted text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'m> {
    Word(&'m str),
    Quoted(&'m str),
}

/// Whether a marker may hold on Linux with this version of Python (`3.12`). No expression negates another one, so that what is not known
/// may be taken to hold.
pub(super) fn may_hold(marker: &str, python: Option<&str>) -> bool {
    let tokens = tokens(marker);
    let mut reader = Reader { tokens: &tokens, at: 0, python };
    match reader.any() {
        Some(holds) if reader.at == tokens.len() => holds,
        _ => true,
    }
}

/// Whether versions of Python that a specifier names, such as `>=3.9,<4.0` or `^3.9`, may include this one.
pub(super) fn may_be_python(specifier: &str, python: Option<&str>) -> bool {
    let Some(python) = python else { return true };
    specifier.split("||").any(|some| {
        some.split(',').all(|one| {
            let one = one.trim();
            let end = one.find(|c: char| c.is_ascii_digit()).unwrap_or(one.len());
            let (sign, version) = one.split_at(end);
            match sign.trim() {
                // Poetry's: up to the next number in front.
                "^" => full(python, ">=", version) && major(version) == major(python),
                "~" => full(python, "~=", &format!("{version}.0")),
                "" if !version.contains('*') => full(python, "==", version),
                "" => full(python, "==", version),
                sign => full(python, sign, version),
            }
        })
    })
}

fn major(version: &str) -> Option<&str> {
    version.split('.').next()
}

fn tokens(marker: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = marker.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '\'' => {
                let length = rest[1..].find(first).unwrap_or(rest.len() - 1);
                found.push(Token::Quoted(&rest[1..1 + length]));
                rest = rest.get(length + 2..).unwrap_or_default().trim_start();
                continue;
            }
            '(' | ')' => 1,
            c if "<>=!~".contains(c) => {
                rest.find(|c: char| !"<>=!~".contains(c)).unwrap_or(rest.len())
            }
            _ => rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| c.is_whitespace() || "()<>=!~\"'".contains(*c))
                .map_or(rest.len(), |(at, _)| at),
        };
        found.push(Token::Word(&rest[..end]));
        rest = rest[end..].trim_start();
    }
    found
}

struct Reader<'r, 'm> {
    tokens: &'r [Token<'m>],
    at: usize,
    python: Option<&'r str>,
}

impl<'m> Reader<'_, 'm> {
    fn next(&mut self) -> Option<Token<'m>> {
        self.at += 1;
        self.tokens.get(self.at - 1).copied()
    }

    fn is(&mut self, word: &str) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Word(word));
        self.at += usize::from(found);
        found
    }

    /// `marker_or: marker_and ('or' marker_and)*`
    fn any(&mut self) -> Option<bool> {
        let mut holds = self.all()?;
        while self.is("or") {
            holds |= self.all()?;
        }
        Some(holds)
    }

    /// `marker_and: marker_expr ('and' marker_expr)*`
    fn all(&mut self) -> Option<bool> {
        let mut holds = self.one()?;
        while self.is("and") {
            holds &= self.one()?;
        }
        Some(holds)
    }

    /// `marker_expr: marker_var marker_op marker_var | '(' marker_or ')'`
    fn one(&mut self) -> Option<bool> {
        // Nobody nests deeply.
        if self.at < 200 && self.is("(") {
            let holds = self.any()?;
            return self.is(")").then_some(holds);
        }
        let left = self.next()?;
        let Token::Word(mut sign) = self.next()? else { return None };
        if sign == "not" {
            sign = if self.is("in") { "not in" } else { return None };
        }
        let right = self.next()?;
        let (name, value, turned) = match (left, right) {
            (Token::Word(name), Token::Quoted(value)) => (name, value, false),
            (Token::Quoted(value), Token::Word(name)) => (name, value, true),
            _ => return None,
        };
        Some(self.compare(name, sign, value, turned))
    }

    fn compare(&self, name: &str, sign: &str, value: &str, turned: bool) -> bool {
        let known = match name {
            "sys_platform" => "linux",
            "platform_system" => "Linux",
            "os_name" => "posix",
            "platform_python_implementation" => "CPython",
            "implementation_name" => "cpython",
            "python_version" | "python_full_version" => {
                let Some(python) = self.python else { return true };
                return match sign {
                    _ if turned => true,
                    "in" => value.split([' ', ',', '|']).any(|one| one == python),
                    "not in" => !value.split([' ', ',', '|']).any(|one| one == python),
                    sign if name == "python_version" => exact(python, sign, value),
                    sign => full(python, sign, value),
                };
            }
            _ => return true,
        };
        match sign {
            "==" | "===" => known == value,
            "!=" => known != value,
            "in" if !turned => value.contains(known),
            "not in" if !turned => !value.contains(known),
            _ => true,
        }
    }
}

/// Numbers of a version, of the same count.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.trim().split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// Compares `3.12` itself.
fn exact(python: &str, sign: &str, value: &str) -> bool {
    if value.ends_with(".*") {
        return full(python, sign, value);
    }
    let (python, value) = (numbers(python), numbers(value));
    match sign {
        "==" | "===" => python == value,
        "!=" => python != value,
        "<" => python < value,
        "<=" => python <= value,
        ">" => python > value,
        ">=" => python >= value,
        "~=" => python >= value && python[0] == value[0],
        _ => true,
    }
}

/// Compares `3.12` with some number behind it, which is not known.
fn full(python: &str, sign: &str, value: &str) -> bool {
    let [major, minor, _] = numbers(python);
    let (least, most) = ([major, minor, 0], [major, minor, u32::MAX]);
    let parts = value.trim().trim_end_matches(".*");
    let short = parts.split('.').count() < 3;
    let wild = value.trim().ends_with(".*");
    let value = numbers(parts);
    let same = if wild && parts.split('.').count() == 1 {
        value[0] == major
    } else {
        value[..2] == [major, minor]
    };
    match sign {
        "==" | "===" => same,
        "!=" => !(wild && same),
        "<" => least < value,
        "<=" => least <= value,
        ">" => most > value,
        ">=" => most >= value,
        "~=" if short => most >= value && value[0] == major,
        "~=" => same,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_tells_systems_and_versions_apart() {
        for (marker, holds) in [
            ("sys_platform == 'win32'", false),
            ("sys_platform != 'win32'", true),
            ("os_name == \"nt\" or platform_system == \"Linux\"", true),
            ("(os_name == 'nt' or sys_platform == 'darwin') and extra == 'x'", false),
            ("platform_machine == 'x86_64'", true),
            ("python_full_version < '3.11'", false),
            ("python_full_version < '3.12.4'", true),
            ("python_version >= '3.8' and python_version < '4.0'", true),
            ("python_version in '2.7 3.5'", false),
            ("python_version == '3.12'", true),
            ("'linux' in sys_platform", true),
            ("implementation_name == 'pypy'", false),
            ("nonsense", true),
            ("((((", true),
        ] {
            assert_eq!(may_hold(marker, Some("3.12")), holds, "{marker}");
        }
        assert!(may_hold("python_version < '3'", None));
    }

    #[test]
    fn a_specifier_names_versions() {
        for (specifier, python, holds) in [
            (">=3.9", "3.12", true),
            (">=3.9,<4.0", "3.8", false),
            ("^3.9", "3.12", true),
            ("~3.11", "3.12", false),
            ("~3.12", "3.12", true),
            ("==3.12.*", "3.12", true),
            ("==3.*", "3.12", true),
            (">=2.7, !=3.0.*, !=3.1.*", "3.12", true),
            ("*", "3.12", true),
            (">=3.13", "3.12", false),
        ] {
            assert_eq!(may_be_python(specifier, Some(python)), holds, "{specifier} {python}");
        }
    }
}

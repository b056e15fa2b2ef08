//! Packages of Python that are asked for in a version which a variable holds: `poetry==$POETRY_VERSION`.
//!
//! Names and specifiers: <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>

use std::borrow::Cow;

use dockslim_syntax::{Dockerfile, Instruction, Keyword};

use super::build::whole_text;
use super::{Command, Content, Setting, State, unquoted};

/// What stands between a name and a version.
const OPERATORS: &[&str] = &["===", "==", "~=", "!=", ">=", "<=", ">", "<"];

impl Content<'_> {
    /// Puts the versions that ENV and ARG hold into what a RUN asks pip and uv for, unless its script may set them.
    pub(super) fn pin(
        &mut self,
        dockerfile: &Dockerfile<'_>,
        instruction: &Instruction,
        state: &State<'_>,
    ) {
        let Self::Script(_, _, commands) = self else { return };
        let asks = |command: &Command<'_>| {
            command.manager.is_some_and(|manager| matches!(manager.name.as_str(), "pip" | "uv"))
                && command.words.iter().any(Option::is_none)
        };
        if instruction.kind != Keyword::Run || !commands.iter().any(asks) {
            return;
        }
        let text = whole_text(dockerfile, instruction);
        // A script that another one reads may set anything; that of an environment sets PATH and its like.
        let reads = |command: &Command<'_>| {
            matches!(command.program_name(), Some("." | "source" | "eval"))
                && !command.words.iter().flatten().any(|word| word.ends_with("/bin/activate"))
        };
        if commands.iter().any(reads) {
            return;
        }
        for command in commands.iter_mut().filter(|command| asks(command)) {
            let words = command.words.iter().enumerate().map(|(at, word)| match word {
                Some(word) => Some(Cow::Owned(word.to_string())),
                None => {
                    let raw = command.written(dockerfile, at).filter(|raw| !raw.contains('\''))?;
                    with_version(&unquoted(&raw), &text, &state.settings).map(Cow::Owned)
                }
            });
            command.pinned = Some(words.collect());
        }
    }
}

/// A requirement with the values of the variables that stand for versions in it; `None` if one of them may hold anything else.
fn with_version(requirement: &str, script: &str, settings: &[Setting<'_>]) -> Option<String> {
    let end = requirement.find(|c| "=~!<>".contains(c))?;
    let (named, mut rest) = requirement.split_at(end);
    let letters = |c: char| c.is_ascii_alphanumeric() || "-_.[],".contains(c);
    if !named.starts_with(|c: char| c.is_ascii_alphanumeric()) || !named.chars().all(letters) {
        return None;
    }
    let mut whole = named.to_owned();
    loop {
        let (clause, others) =
            rest.split_once(',').map_or((rest, None), |(one, two)| (one, Some(two)));
        let operator = OPERATORS.iter().find(|operator| clause.starts_with(**operator))?;
        let version = value(clause[operator.len()..].trim(), script, settings)?;
        whole += operator;
        whole += &version;
        let Some(others) = others else { return Some(whole) };
        whole.push(',');
        rest = others;
    }
}

/// A version as it stands, or behind a variable that is whole in itself: `1.2`, `$VERSION`, `${VERSION}`, `$MAJOR.*`.
fn value(text: &str, script: &str, settings: &[Setting<'_>]) -> Option<String> {
    let Some((before, behind)) = text.split_once('$') else {
        return is_version(text).then(|| text.to_owned());
    };
    let (name, rest) = match behind.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => {
            let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            behind.split_at(end.unwrap_or(behind.len()))
        }
    };
    if may_set(script, name) {
        return None;
    }
    // ENV hides an ARG of its name; each of them has to be a version, whichever holds.
    let mut found = None;
    for (at, setting) in settings.iter().enumerate().filter(|(_, one)| one.name == name) {
        let set = unquoted(setting.value.as_deref()?);
        found = Some(value(&set, "", &settings[..at]).filter(|text| is_version(text))?);
    }
    value(&format!("{before}{}{rest}", found?), script, settings)
}

/// Whether a text is a version, or the start of all that it begins (PEP 440).
fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".*+!-_".contains(c))
}

/// Whether a text may set a variable: it names it in another way than by reading it, by `for`, `read` or `${NAME:=value}`, say.
pub(crate) fn may_set(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        let reads = before.ends_with('$') || before.ends_with("${");
        whole && (!reads || after.starts_with('=') || after.starts_with(":="))
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Setting, with_version};

    #[test]
    fn only_a_version_stands_behind_a_variable() {
        let setting = |name: &'static str, value: Option<&'static str>| Setting {
            name: Cow::Borrowed(name),
            value: value.map(Cow::Borrowed),
            is_argument: value.is_none(),
        };
        let settings = [
            setting("V", Some("1.8.3")),
            setting("W", Some("\"$V\"")),
            setting("MORE", Some("1.0 evil")),
            setting("OPEN", None),
        ];
        for (requirement, whole) in [
            ("poetry==$V", Some("poetry==1.8.3")),
            ("uvicorn[standard]~=${V}", Some("uvicorn[standard]~=1.8.3")),
            ("a>=1,<$W", Some("a>=1,<1.8.3")),
            ("a==$V.*", Some("a==1.8.3.*")),
            ("a==$MORE", None),
            ("a==$OPEN", None),
            ("a==$OTHER", None),
            ("a$V", None),
            ("$V==1", None),
            ("a==${V:-2}", None),
            ("git+https://a/b@x==$V", None),
        ] {
            let found = with_version(requirement, "pip install a==$V", &settings);
            assert_eq!(found.as_deref(), whole, "{requirement}");
        }
        assert_eq!(with_version("a==$V", "read V && pip install a==$V", &settings), None);
    }
}

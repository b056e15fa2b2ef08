//! The image at the bottom of a stage, with the defaults of its build arguments filled in.

use dockslim_syntax::{Arguments, Keyword};

use super::{Facts, Stage, unquoted};

/// The image that the file names; `None` if an argument without a default decides.
pub(super) fn resolved(facts: &Facts<'_>, stage: &Stage<'_>) -> Option<String> {
    let image = stage.image(&facts.stages);
    if !image.contains('$') {
        return Some(image.to_owned());
    }
    let dockerfile = facts.dockerfile;
    let mut defaults: Vec<(String, String)> = Vec::new();
    let before = facts.stages.first().map_or(0, |first| first.from);
    for (index, instruction) in dockerfile.instructions() {
        if index >= before {
            break;
        }
        let Arguments::Pairs { pairs, .. } = &instruction.arguments else { continue };
        if instruction.kind != Keyword::Arg {
            continue;
        }
        for pair in pairs {
            if let Some(value) = pair.value {
                let value = unquoted(&dockerfile.text(value));
                let value = expanded(&value, &defaults).unwrap_or(value);
                defaults.push((dockerfile.text(pair.name).into_owned(), value));
            }
        }
    }
    expanded(image, &defaults)
}

/// The text with `$name`, `${name}` and `${name:-default}` filled in; `None` if one of them is not known.
pub(crate) fn expanded(text: &str, values: &[(String, String)]) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        result.push_str(before);
        let (inner, after) = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let end = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
                behind.split_at(end.unwrap_or(behind.len()))
            }
        };
        let (name, default) =
            inner.split_once(":-").map_or((inner, None), |(name, word)| (name, Some(word)));
        let known = values.iter().rev().find(|(known, _)| known == name).map(|(_, v)| v.as_str());
        let value = known.or(default).filter(|value| !value.contains('$'))?;
        result.push_str(value);
        rest = after;
    }
    result.push_str(rest);
    Some(result)
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::Options;

    #[test]
    fn defaults_of_arguments_are_filled_in() {
        let image = |text: &str| {
            let tree = parse(text);
            let facts = Facts::of(&tree, &Options::default(), None);
            resolved(&facts, &facts.stages[0])
        };
        assert_eq!(image("FROM a:1\n").as_deref(), Some("a:1"));
        assert_eq!(image("ARG V=3\nARG I=a:$V\nFROM ${I}\n").as_deref(), Some("a:3"));
        assert_eq!(image("FROM a:${V:-2}-x\n").as_deref(), Some("a:2-x"));
        assert_eq!(image("ARG V\nFROM a:$V\n"), None);
    }
}

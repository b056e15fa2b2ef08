//! What CMD, ENTRYPOINT and HEALTHCHECK start, as far as words tell.

/// Programs that start another one and stay in front of it.
const INITS: &[&str] = &["tini", "tini-static", "dumb-init", "catatonit"];

/// Their options that take a word (`tini -h`, `dumb-init --help`).
const WITH_WORD: &[&str] = &["-e", "-p", "-r", "--rewrite"];

/// What an init starts, where one stands in front of the words of ENTRYPOINT and CMD.
pub(super) fn behind_init([entrypoint, command, _]: [Option<&str>; 3]) -> Option<String> {
    let words = |text: Option<&str>| match text.map(array) {
        Some(Some((words, rest))) if rest.trim().is_empty() => Some(words),
        None => Some(Vec::new()),
        Some(_) => None,
    };
    let mut all = words(entrypoint)?.into_iter().chain(words(command)?);
    let first = all.next()?;
    let name = first.rsplit('/').next().unwrap_or(&first);
    if !INITS.contains(&name) {
        return None;
    }
    while let Some(word) = all.next() {
        if WITH_WORD.contains(&&*word) {
            all.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

/// Whether a shell reads CMD, ENTRYPOINT or HEALTHCHECK: one stands in front of their text, or is named.
pub(super) fn needs_shell(start: &str) -> bool {
    let Some((words, rest)) = array(start) else { return true };
    let is_shell = |word: &String| matches!(word.rsplit('/').next(), Some("sh" | "bash"));
    !rest.trim().is_empty() || words.iter().any(is_shell)
}

/// The words of a command without an init in front of them.
pub(super) fn without_init(words: &[String]) -> &[String] {
    let name = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    if !INITS.contains(&name) {
        return words;
    }
    let mut rest = &words[1..];
    while let [word, more @ ..] = rest {
        rest = match more {
            [_, more @ ..] if WITH_WORD.contains(&word.as_str()) => more,
            _ if word.starts_with('-') => more,
            _ => break,
        };
    }
    rest
}

/// What stands behind the options of a shell by which it stops at a failure, or shows what it does.
pub(in crate::compare) fn behind_options(words: &[String]) -> &[String] {
    let mut rest = words;
    loop {
        let texts: Vec<&str> = rest.iter().take(2).map(String::as_str).collect();
        let letters = |word: &str, more: &str| {
            word.len() > 1
                && word.strip_prefix('-').is_some_and(|it| it.chars().all(|c| more.contains(c)))
        };
        rest = match texts.as_slice() {
            [option, "pipefail" | "errexit" | "nounset" | "xtrace" | "verbose"]
                if option.ends_with('o')
                    && letters(option, "euvxo")
                    && option.matches('o').count() == 1 =>
            {
                &rest[2..]
            }
            [option, ..] if letters(option, "euvx") => &rest[1..],
            _ => return rest,
        };
    }
}

/// Whether CMD or ENTRYPOINT is words that no shell reads.
pub(super) fn is_words(start: &str) -> bool {
    array(start).is_some_and(|(_, rest)| rest.trim().is_empty())
}

/// The words in front of CMD, ENTRYPOINT or HEALTHCHECK, behind their flags, and the script behind them.
fn array(start: &str) -> Option<(Vec<String>, &str)> {
    let text = &start[start.find('[')?..];
    let mut reader = serde_json::Deserializer::from_str(text).into_iter::<Vec<String>>();
    let words = reader.next()?.ok()?;
    Some((words, &text[reader.byte_offset()..]))
}

/// The commands of CMD, ENTRYPOINT or HEALTHCHECK, as far as words tell.
pub(in crate::compare) fn commands(start: &str) -> Vec<Vec<String>> {
    let Some((words, rest)) = array(start) else { return vec![vec![readable(start)]] };
    let script = |text: &str| -> Vec<Vec<String>> {
        // `nginx -g 'daemon off;'`: what ends a quotation ends no command.
        let text = readable(text).replace(";'", "'").replace(";\"", "\"");
        let parts =
            text.split(['&', '|', ';', '\n']).map(|part| part.trim().trim_start_matches("exec "));
        let parts = parts.map(|part| {
            part.split_whitespace().map(|word| word.replace(['"', '\''], "")).collect::<Vec<_>>()
        });
        parts.filter(|words: &Vec<String>| !words.is_empty()).collect()
    };
    if !rest.trim().is_empty() {
        return script(rest);
    }
    let name = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    match words.as_slice() {
        [_, flag, text, ..]
            if matches!(name, "sh" | "bash") && flag.starts_with('-') && flag.contains('c') =>
        {
            [vec![vec![words[0].clone()]], script(text)].concat()
        }
        _ => vec![words],
    }
}

fn readable(text: &str) -> String {
    text.replace(|c: char| c < '\t', " ")
}

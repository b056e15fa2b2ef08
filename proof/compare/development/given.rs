//! Words that a script of the project is given, where it hands them to Node and its like, and starts none of them.

use crate::compare::split::arrived;

/// Programs that take words as files, names and options.
const TAKE: &str =
    " forever http-server next node nodejs npm pm2-docker pm2-runtime pnpm serve yarn ";
/// What says or asks something, and starts nothing.
const SAY: &str = " [ echo exit printf shift test ";

/// A command of the script with the words that it is given there, and whether one of these is its program.
pub(in crate::compare) type Given = (bool, Vec<String>);

/// What becomes of the words that a script is given, where nothing but what is listed above takes them.
pub(in crate::compare) fn given(text: &str, words: &[String]) -> Option<Vec<Given>> {
    if !text.starts_with("#!") || text.contains(['`', '\r']) || text.contains("<<") {
        return None;
    }
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    for line in lines {
        let pieces: Vec<&str> = line.split(|c: char| c.is_whitespace() || c == ';').collect();
        let goes = pieces.contains(&"for") && (!pieces.contains(&"in") || takes(line));
        if goes || pieces.contains(&"select") || line.contains("$(") && takes(line) {
            return None;
        }
    }
    // A call of a function of the script is none of a program.
    let functions = text.contains("()") || text.contains("function ");
    let mut found = Vec::new();
    for (call, set, held) in arrived(text, words)? {
        if set.iter().any(|text| takes(text)) {
            return None;
        }
        let mut rest = call.as_slice();
        loop {
            rest = match rest {
                [first, ..]
                    if !matches!(&**first, "exec" | "tini" | "dumb-init" | "gosu" | "su-exec") =>
                {
                    break;
                }
                [] => break,
                [first, _, more @ ..] if first == "gosu" || first == "su-exec" => more,
                [_, more @ ..] => more,
            };
            rest = rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest);
            if rest.first().is_some_and(|word| word.starts_with('-')) {
                return None;
            }
        }
        let Some(program) = rest.first() else { continue };
        let starts = takes(program);
        if program.contains('$') && !starts {
            return None;
        }
        let name = program.trim_matches('"').rsplit('/').next().unwrap_or(program);
        let listed = |list: &str| list.contains(&format!(" {name} "));
        if !rest.iter().any(|word| takes(word)) || listed(SAY) {
            continue;
        }
        if functions || !starts && !listed(TAKE) {
            return None;
        }
        for one in held {
            found.push((starts, with(rest, &one)?));
        }
    }
    Some(found)
}

/// The words of a command with those that are held in their places.
fn with(call: &[String], held: &[String]) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for word in call {
        let bare = word.trim_matches('"');
        match bare.trim_start_matches("${").trim_start_matches('$').trim_end_matches('}') {
            "@" | "*" if bare.starts_with('$') => all.extend(held.iter().cloned()),
            "1" if bare.starts_with('$') => all.extend(held.first().cloned()),
            _ if takes(bare) => return None,
            _ => all.push(bare.trim_matches('\'').to_owned()),
        }
    }
    let plain = |word: &String| !word.contains([' ', '*', '?']);
    all.iter().all(plain).then_some(all)
}

/// Whether a text holds an argument of its script by its number, or all.
fn takes(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let name = text[at + 1..].trim_start_matches(['{', '!', '#']);
        name.bytes().next().is_some_and(|first| b"@*123456789".contains(&first))
    })
}
